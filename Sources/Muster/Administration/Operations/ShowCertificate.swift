import EnrollmentCore
import Foundation
import PKIFormats

/// One certificate with all that is known of it.
struct ShowCertificate: AdminOperation {
    struct Reply: Sendable {
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

/// One flat JSON object: the summary's fields among the others.
extension ShowCertificate.Reply: Codable {
    private enum CodingKeys: String, CodingKey {
        case issuer, key, sha256, sha1, templateVersion, principal, revokedAt, revocationReason, pem
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            summary: try CertificateSummary(from: decoder), issuer: try container.decode(String.self, forKey: .issuer),
            key: try container.decodeIfPresent(String.self, forKey: .key),
            sha256: try container.decodeIfPresent(String.self, forKey: .sha256),
            sha1: try container.decodeIfPresent(String.self, forKey: .sha1),
            templateVersion: try container.decode(Int.self, forKey: .templateVersion),
            principal: try container.decode(String.self, forKey: .principal),
            revokedAt: try container.decodeIfPresent(Date.self, forKey: .revokedAt),
            revocationReason: try container.decodeIfPresent(String.self, forKey: .revocationReason),
            pem: try container.decodeIfPresent(String.self, forKey: .pem))
    }

    func encode(to encoder: any Encoder) throws {
        try summary.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(issuer, forKey: .issuer)
        try container.encodeIfPresent(key, forKey: .key)
        try container.encodeIfPresent(sha256, forKey: .sha256)
        try container.encodeIfPresent(sha1, forKey: .sha1)
        try container.encode(templateVersion, forKey: .templateVersion)
        try container.encode(principal, forKey: .principal)
        try container.encodeIfPresent(revokedAt, forKey: .revokedAt)
        try container.encodeIfPresent(revocationReason, forKey: .revocationReason)
        try container.encodeIfPresent(pem, forKey: .pem)
    }
}
