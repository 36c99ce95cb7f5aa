import EnrollmentCore
import Foundation

/// The registered signers of one endpoint or of all.
struct ListSigners: AdminOperation {
    struct Signer: Codable, Sendable {
        let endpoint: String
        /// SHA-256, hex.
        let fingerprint: String
        let subject: String
        let notAfter: Date
        let covers: [String]
    }

    struct Reply: Codable, Sendable {
        let signers: [Signer]
    }

    let endpoint: String?

    func perform(in administration: Administration) async throws -> Reply {
        if let endpoint { _ = try administration.reachableEndpoint(endpoint) }
        return Reply(
            signers: administration.core.signers.all.filter { endpoint == nil || $0.endpoint == endpoint }.map {
                Signer(
                    endpoint: $0.endpoint, fingerprint: $0.certificate.fingerprint(.sha256).hex,
                    subject: $0.certificate.subject.description, notAfter: $0.certificate.validity.notAfter,
                    covers: $0.covers.map(\.description))
            })
    }
}
