/// What GetCACaps announces (RFC 8894 §3.5.2). The server enforces the same set; nobody has to believe this unauthenticated answer.
package enum SCEPCapabilities {
    /// The single keywords stand beside `SCEPStandard` because jscep infers nothing from it; without `SHA-384` the strongSwan of
    /// Debian 12 never offers AES.
    private static let always = ["AES", "POSTPKIOperation", "Renewal", "SHA-256", "SHA-384", "SHA-512", "SCEPStandard"]

    /// One keyword a line, each ended by a bare LF (Apple compares what stands between two LFs), no empty line (strongSwan takes an
    /// empty line for every capability).
    package static func text(allows3DES: Bool = false, allowsSHA1: Bool = false, hasNextCA: Bool = false) -> String {
        let more = (allows3DES ? ["DES3"] : []) + (allowsSHA1 ? ["SHA-1"] : []) + (hasNextCA ? ["GetNextCACert"] : [])
        return (always + more).map { $0 + "\n" }.joined()
    }
}
