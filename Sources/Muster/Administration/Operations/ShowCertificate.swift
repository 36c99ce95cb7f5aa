import EnrollmentCore
import Foundation
import PKIFormats

/// One certificate with all that is known of it.
struct ShowCertificate: AdminOperation {
    struct Reply: Codable, Sendable {
        let summary: CertificateSummary
        let issuer: String
        let key: String?
        let sha256: String?
        let sha1: String?
        let templateVersion: Int
        let principal: String
        let revokedAt: Date?
        let revocationReason: String?
        /// Nil when it was recorded and never signed.
        let pem: String?
    }

    let serial: String

    func perform(in administration: Administration) async throws -> Reply {
        guard let record = try await administration.core.search.issuance(serialNumber: SerialNumber.contents(serial)) else {
            throw CommandFailure("no certificate has the serial number \(serial)")
        }
        let certificate = record.certificate
        return Reply(
            summary: CertificateSummary(record, at: administration.core.surroundings.now),
            issuer: certificate?.issuer.description ?? record.authority,
            key: certificate.map { $0.publicKey.kind.description }, sha256: certificate?.fingerprint(.sha256).hex,
            sha1: certificate?.fingerprint(.sha1).hex,
            templateVersion: record.templateVersion, principal: record.principal, revokedAt: record.revocation?.instant,
            revocationReason: record.revocation?.reason.name, pem: certificate?.pem)
    }
}
