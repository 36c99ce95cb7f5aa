import Foundation
import PKIFormats
import Persistence

extension RevocationLists {
    /// Takes in a list that was signed elsewhere: the next number is above its own.
    /// - Parameter issuer: whose list it must be.
    /// - Throws: `.unacceptableRequest` when it is not, or is older than the one that is here.
    package func importList(_ list: CertificateRevocationList, of issuer: Certificate) async throws -> Published {
        guard list.issuer.matches(issuer.subject), list.isSigned(by: issuer.publicKey) else {
            throw Self.refusal("the CRL is not signed by '\(issuer.subject)'")
        }
        guard let nextUpdate = list.nextUpdate, list.thisUpdate < nextUpdate else {
            throw Self.refusal("the CRL does not say when the next one comes (nextUpdate)")
        }
        // RFC 5280 §5.2.3 allows 20 octets; ours are the time in seconds and far from 63 bits.
        guard let number = Int64(exactly: list.number ?? UInt64(max(0, list.thisUpdate.timeIntervalSince1970))) else {
            throw Self.refusal("the CRL's number has more than 63 bits")
        }
        if let current = try await current(issuerKey: issuer.authorityKey), current.number >= number {
            guard current.der == list.der else { throw Self.refusal("CRL \(number) is not newer than \(current.number), which is here") }
            return current
        }
        let published = Published(
            head: Head(
                scope: ListScope(issuerKey: issuer.authorityKey), number: number, thisUpdate: list.thisUpdate, nextUpdate: nextUpdate,
                entries: list.entries.count, covers: 0),
            der: list.der)
        try await adopt(published)
        return published
    }

    private static func refusal(_ text: String) -> Refusal {
        Refusal(.unacceptableRequest, at: .revoke, publicText: text, detail: text, advice: "`muster ca list` shows the CAs")
    }
}
