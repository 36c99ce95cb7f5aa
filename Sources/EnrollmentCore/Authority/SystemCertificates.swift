import Foundation
import PKIFormats
import Persistence
import SigningKeys

/// The CA's own certificates (SCEP RA, OCSP responder, TLS): asked for at the `system` endpoint by the same path as any other.
package struct SystemCertificates: Sendable {
    /// What a certificate of the server's own is for.
    package enum Role: String, Sendable, CaseIterable {
        case scepRA = "scep-ra"
        case ocspResponder = "ocsp-responder"
        case tlsServer = "tls-server"
    }

    /// The newest certificate of a role.
    package struct Entry: Sendable {
        package let role: Role
        package let certificate: Certificate
        package let keyName: String
    }

    private let database: any Database
    private let surroundings: Surroundings

    package init(database: any Database, surroundings: Surroundings) {
        self.database = database
        self.surroundings = surroundings
    }

    /// Has a certificate issued for a key of the server's own, at a `system` endpoint.
    /// - Parameters:
    ///   - template: must be offered by that endpoint's rule.
    ///   - names: alternative names; they and the common name are all that the certificate may carry.
    package func issue(
        through pipeline: IssuancePipeline, endpoint: String, template: String, key: any SigningKey, commonName: String,
        names: [GeneralName] = []
    ) async throws -> ReleasedIssuance {
        let attributes = names.isEmpty ? [] : [RequestAttribute.extensionRequest([Extensions.subjectAlternativeName(names)])]
        let info = CertificationRequest.toBeSigned(
            subject: DistinguishedName(commonName: commonName), publicKey: key.publicKey, attributes: attributes)
        let request = try CertificationRequest(
            info: info, algorithm: key.defaultAlgorithm, signature: try await key.sign(info, algorithm: key.defaultAlgorithm))
        let credential = SystemCredential(purpose: template, names: [.commonName(commonName)] + names.compactMap(NamePattern.exactly))
        let outcome = try await pipeline.process(
            IssuanceRequest(
                id: RequestID(in: surroundings),
                arrival: Arrival(endpoint: endpoint, binding: "default", operation: template, instant: surroundings.now), intent: .enroll,
                credentials: [credential], proposal: Proposal(request, templateHint: template)))
        switch outcome {
        case .released(let issuance): return issuance
        case .pending:
            throw Refusal(.internalFault, at: .hold, detail: "the system endpoint must not hold requests", advice: "correct its rule")
        }
    }

    package func store(_ role: Role, certificate: Certificate, keyName: String) async throws(PersistenceError) {
        try await database.write(
            WriteUnit([
                Statement(
                    "INSERT INTO system_certificates (id, role, certificate, key_name, not_after, created_at) VALUES (?, ?, ?, ?, ?, ?)",
                    [
                        .blob(RequestID(in: surroundings).bytes), .text(role.rawValue), .blob(certificate.der), .text(keyName),
                        .date(certificate.validity.notAfter), .date(surroundings.now),
                    ])
            ]))
    }

    /// Those of a role that have not ended, the newest first.
    package func unexpired(_ role: Role) async throws -> [Entry] {
        try await database.read(
            "SELECT certificate, key_name FROM system_certificates WHERE role = ? AND not_after > ? ORDER BY id DESC LIMIT 100",
            [.text(role.rawValue), .date(surroundings.now)]
        ).map { Entry(role: role, certificate: try Certificate(der: $0.blob("certificate")), keyName: try $0.text("key_name")) }
    }

    /// Nil before the first.
    package func newest(_ role: Role) async throws -> Entry? {
        try await database.read(
            "SELECT certificate, key_name FROM system_certificates WHERE role = ? ORDER BY id DESC LIMIT 1", [.text(role.rawValue)]
        )
        .first.map { Entry(role: role, certificate: try Certificate(der: $0.blob("certificate")), keyName: try $0.text("key_name")) }
    }
}
