import Foundation
import PKIFormats
import Persistence
import SigningKeys

/// The CA's own certificates (SCEP RA, OCSP responder, TLS): asked for at the `system` endpoint by the same path as any other.
package struct SystemCertificates: Sendable {
    /// What a certificate of the server's own is for.
    package enum Role: String, Sendable, CaseIterable {
        case scepRA = "scep-ra"
        /// The RA in two halves.
        case scepRASigning = "scep-ra-signing"
        case scepRAEncryption = "scep-ra-encryption"
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
    ///   - subject: a CA's certificate carries it whole, any other its common name alone.
    ///   - names: alternative names; they and the subject are all that the certificate may carry.
    ///   - addressee: the key identifier of the generation that is to issue; nil: the active one.
    package func issue(
        through pipeline: IssuancePipeline, endpoint: String, template: String, key: any SigningKey, subject: DistinguishedName,
        names: [GeneralName] = [], addressee: [UInt8]? = nil
    ) async throws -> ReleasedIssuance {
        let attributes = names.isEmpty ? [] : [RequestAttribute.extensionRequest([Extensions.subjectAlternativeName(names)])]
        let info = CertificationRequest.toBeSigned(
            subject: subject, publicKey: key.publicKey, attributes: attributes)
        let request = try CertificationRequest(
            info: info, algorithm: key.defaultAlgorithm, signature: try await key.sign(info, algorithm: key.defaultAlgorithm))
        let credential = SystemCredential(
            purpose: template, names: (subject.commonName.map { [.commonName($0)] } ?? []) + names.compactMap(NamePattern.exactly))
        let outcome = try await pipeline.process(
            IssuanceRequest(
                id: RequestID(in: surroundings),
                arrival: Arrival(endpoint: endpoint, binding: "default", operation: template, instant: surroundings.now), intent: .enroll,
                credentials: [credential], proposal: Proposal(request, templateHint: template), addressee: addressee))
        switch outcome {
        case .released(let issuance): return issuance
        case .pending:
            throw Refusal(.internalFault, at: .hold, detail: "the system endpoint must not hold requests", advice: "correct its rule")
        }
    }

    /// The same for anything but a CA, whose subject is its common name alone.
    package func issue(
        through pipeline: IssuancePipeline, endpoint: String, template: String, key: any SigningKey, commonName: String,
        names: [GeneralName] = [], addressee: [UInt8]? = nil
    ) async throws -> ReleasedIssuance {
        try await issue(
            through: pipeline, endpoint: endpoint, template: template, key: key, subject: DistinguishedName(commonName: commonName),
            names: names, addressee: addressee)
    }

    /// The certificate in use below a generation; one that has passed two thirds of its life, or lacks a name, is replaced first.
    /// - Parameter keyName: how the key is found again.
    package func current(
        _ role: Role, of generation: AuthorityGeneration, key: any SigningKey, keyName: String, commonName: String,
        names: [GeneralName] = [], through pipeline: IssuancePipeline
    ) async throws -> Certificate {
        let identity = generation.identity
        if let entry = try await unexpired(role, issuerKey: identity.keyIdentifier).first, entry.certificate.publicKey == key.publicKey,
            isFresh(entry.certificate, under: identity), Set(names).isSubset(of: entry.certificate.subjectAlternativeNames)
        {
            return entry.certificate
        }
        let issuance = try await issue(
            through: pipeline, endpoint: DefaultEndpoints.system(of: identity.authority), template: role.rawValue, key: key,
            commonName: commonName, names: names, addressee: identity.keyIdentifier)
        try await store(role, certificate: issuance.certificate, keyName: keyName)
        return issuance.certificate
    }

    /// Where the issuer's end has cut a certificate short, a new one would be no longer.
    private func isFresh(_ certificate: Certificate, under issuer: AuthorityIdentity) -> Bool {
        let validity = certificate.validity
        if validity.notAfter == issuer.certificate?.validity.notAfter { return true }
        let life = validity.notAfter.timeIntervalSince(validity.notBefore)
        return validity.notAfter.timeIntervalSince(surroundings.now) > life / 3
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

    /// Those of a role that a generation issued and that have not ended, the newest first.
    package func unexpired(_ role: Role, issuerKey: [UInt8]) async throws -> [Entry] {
        try await entries(role, issuerKey: issuerKey, endingAfter: surroundings.now)
    }

    /// The last one of a role that a generation issued, should it have ended.
    package func newest(_ role: Role, issuerKey: [UInt8]) async throws -> Entry? {
        try await entries(role, issuerKey: issuerKey, endingAfter: .distantPast).first
    }

    private func entries(_ role: Role, issuerKey: [UInt8], endingAfter instant: Date) async throws -> [Entry] {
        try await database.read(
            "SELECT certificate, key_name FROM system_certificates WHERE role = ? AND not_after > ? ORDER BY id DESC LIMIT 1000",
            [.text(role.rawValue), .date(instant)]
        ).map { Entry(role: role, certificate: try Certificate(der: $0.blob("certificate")), keyName: try $0.text("key_name")) }
            .filter { $0.certificate.authorityKeyIdentifier == issuerKey }
    }

    /// Of whichever authority; nil before the first.
    package func newest(_ role: Role) async throws -> Entry? {
        try await database.read(
            "SELECT certificate, key_name FROM system_certificates WHERE role = ? ORDER BY id DESC LIMIT 1", [.text(role.rawValue)]
        )
        .first.map { Entry(role: role, certificate: try Certificate(der: $0.blob("certificate")), keyName: try $0.text("key_name")) }
    }
}
