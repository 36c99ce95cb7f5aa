import EnrollmentCore
import Foundation
import PKIFormats

/// Registers the certificate of somebody who enrolls others, or gives a registered one new names.
struct AddSigner: AdminOperation {
    struct Reply: Codable, Sendable {
        let fingerprint: String
        let subject: String
        let notAfter: Date
    }

    let endpoint: String
    /// PEM.
    let certificate: String
    let names: [String]

    func perform(in administration: Administration) async throws -> Reply {
        try administration.endpoint(endpoint, accepts: .signer)
        guard !names.isEmpty else { throw CommandFailure("a signer enrolls for at least one name: --names") }
        guard let signer = try? Certificate(pem: certificate) else { throw CommandFailure("that is not a certificate in PEM") }
        guard case .rsa = signer.publicKey.kind else {
            throw CommandFailure("a SCEP signer needs an RSA key: the reply is encrypted to it")
        }
        guard signer.basicConstraints?.isCA != true else { throw CommandFailure("a CA certificate does not sign requests") }
        guard signer.validity.notAfter > administration.core.surroundings.now else { throw CommandFailure("the certificate has expired") }
        try await administration.core.signers.add(signer, endpoint: endpoint, covers: try names.map { try NamePattern($0) })
        return Reply(
            fingerprint: signer.fingerprint(.sha256).hex, subject: signer.subject.description, notAfter: signer.validity.notAfter)
    }
}
