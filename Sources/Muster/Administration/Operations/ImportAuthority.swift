import EnrollmentCore
import Foundation
import PKIFormats

/// The certificate that another CA issued for a request of `ca csr`, with those above it.
struct ImportAuthority: AdminOperation {
    static let needsKeys = true

    let authority: String
    /// PEM, in any order.
    let chain: String

    func perform(in administration: Administration) async throws -> ListAuthorities.Reply {
        let store = administration.core.generations
        guard let waiting = try await store.requests().first(where: { $0.authority == authority }) else {
            throw CommandFailure("no key of '\(authority)' waits for a certificate: `muster ca csr \(authority)`")
        }
        let known = administration.core.authorities.generations.compactMap(\.identity.certificate)
        let certificates = try Certificate.decodePEMBundle(chain)
        let checked = try CertifiedChain(
            for: waiting.request.publicKey, subject: waiting.request.subject, among: certificates + known,
            at: administration.core.surroundings.now)
        try await administration.addSystemEndpoint(of: authority)
        try await store.add(checked, authority: authority, keyName: waiting.keyName)
        try await administration.settleAuthorities()
        return try await ListAuthorities().perform(in: administration)
    }
}
