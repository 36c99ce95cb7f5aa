import EnrollmentCore
import Foundation
import PKIFormats
import SigningKeys

/// The CA's own certificates below the issuing CA: which key each has, what it is called, and when it is due.
struct SystemCertificateKeeper: Sendable {
    let configuration: Configuration
    let services: EnrollmentServices

    static func keyName(_ role: SystemCertificates.Role) -> String {
        switch role {
        case .scepRA: KeyDirectory.Name.registrationAuthority
        case .ocspResponder: KeyDirectory.Name.ocspResponder
        case .tlsServer: KeyDirectory.Name.tlsServer
        }
    }

    /// SCEP encrypts to the RA's key: RSA, whatever the CA's is.
    static func keyAlgorithm(_ role: SystemCertificates.Role) -> KeyAlgorithm {
        switch role {
        case .scepRA: .rsa2048
        case .ocspResponder, .tlsServer: .p256
        }
    }

    /// Has the certificate issued, for the first time or anew with the same key, and stores it.
    func issue(_ role: SystemCertificates.Role, key: any SigningKey) async throws -> Certificate {
        let issuance = try await services.systemCertificates.issue(
            through: services.pipeline, endpoint: DefaultEndpoints.system, template: role.rawValue, key: key, commonName: commonName(role),
            names: names(role))
        try await services.systemCertificates.store(role, certificate: issuance.certificate, keyName: Self.keyName(role))
        return issuance.certificate
    }

    /// The certificate in use; one that has passed two thirds of its life, or does not fit the configuration any more, is replaced first.
    func current(_ role: SystemCertificates.Role, key: any SigningKey) async throws -> Certificate {
        guard let entry = try await services.systemCertificates.newest(role), entry.certificate.publicKey == key.publicKey,
            isFresh(entry.certificate),
            Set(names(role)).isSubset(of: entry.certificate.subjectAlternativeNames)
        else { return try await issue(role, key: key) }
        return entry.certificate
    }

    private func isFresh(_ certificate: Certificate) -> Bool {
        let validity = certificate.validity
        let life = validity.notAfter.timeIntervalSince(validity.notBefore)
        return validity.notAfter.timeIntervalSince(services.surroundings.now) > life / 3
    }

    private func commonName(_ role: SystemCertificates.Role) -> String {
        switch role {
        case .scepRA: "\(configuration.name) SCEP RA"
        case .ocspResponder: "\(configuration.name) OCSP Responder"
        case .tlsServer: configuration.hostname
        }
    }

    private func names(_ role: SystemCertificates.Role) -> [GeneralName] {
        switch role {
        case .scepRA, .ocspResponder: []
        case .tlsServer: ServerNames.of(configuration)
        }
    }
}
