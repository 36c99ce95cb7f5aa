import PKIFormats

/// The protected header of an ACME request (RFC 8555 §6.2), members as they were written.
package struct JWSHeader: Decodable, Sendable {
    package let alg: String
    package let nonce: String?
    package let url: String?
    package let kid: String?
    package let jwk: JWKMembers?
    /// `crit`, `b64` or a key by reference (`jku`, `x5u`, `x5c`): nothing this server would honour, so nothing it may ignore.
    let holdsForbiddenMembers: Bool

    private enum CodingKeys: String, CodingKey {
        case alg, nonce, url, kid, jwk, crit, b64, jku, x5u, x5c
    }

    package init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        alg = try members.decode(String.self, forKey: .alg)
        nonce = try members.decodeIfPresent(String.self, forKey: .nonce)
        url = try members.decodeIfPresent(String.self, forKey: .url)
        kid = try members.decodeIfPresent(String.self, forKey: .kid)
        jwk = try members.decodeIfPresent(JWKMembers.self, forKey: .jwk)
        holdsForbiddenMembers = [.crit, .b64, .jku, .x5u, .x5c].contains { members.contains($0) }
    }
}
