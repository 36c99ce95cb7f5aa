import EnrollmentCore
import Foundation
import PKIFormats
import SCEPFrontend
import SigningKeys

/// The CA's own certificates below each generation: which key each has, what it is called, and when it is due.
struct SystemCertificateKeeper: Sendable {
    let configuration: Configuration
    let services: EnrollmentServices
    let vault: KeyVault

    /// The RA of a generation: its key and the certificates that clients may encrypt to, the current one first.
    ///
    /// A retiring generation gets no new one: clients that still know the old one are served until it ends.
    /// - Parameter role: `scepRA`, or one of its halves.
    func registrationAuthority(_ role: SystemCertificates.Role = .scepRA, of generation: AuthorityGeneration) async throws -> (
        key: any DecryptingKey, certificates: [Certificate]
    )? {
        let name = Self.keyName(role, of: generation)
        if generation.state == .retiring, !vault.holds(name) { return nil }
        try await makeKey(role, of: generation)
        let key = try vault.keepDecrypting(name)
        if generation.state != .retiring { _ = try await current(role, of: generation, key: key) }
        let unexpired = try await services.systemCertificates.unexpired(role, issuerKey: generation.identity.keyIdentifier)
        let certificates = unexpired.map(\.certificate).filter { $0.publicKey == key.publicKey }
        return certificates.isEmpty ? nil : (key, certificates)
    }

    /// The RA of a generation in two halves; nil where no endpoint of its authority has it, and where a retiring generation never had it.
    func splitRegistrationAuthority(of generation: AuthorityGeneration) async throws -> OwnCertificates.SplitRegistrationAuthority? {
        let options = services.catalog.endpoints.filter { $0.protocolName == .scep && $0.authority == generation.identity.authority }
            .compactMap { try? $0.options.decode(over: SCEPOptions()) }
        guard options.contains(where: { $0.mode == .splitRA }),
            let signing = try await registrationAuthority(.scepRASigning, of: generation),
            let encryption = try await registrationAuthority(.scepRAEncryption, of: generation)
        else { return nil }
        return OwnCertificates.SplitRegistrationAuthority(signing: signing, encryption: encryption)
    }

    /// The OCSP responder that a generation delegates to.
    func ocspResponder(of generation: AuthorityGeneration) async throws -> (key: any SigningKey, certificate: Certificate) {
        try await makeKey(.ocspResponder, of: generation)
        let key = try vault.keep(Self.keyName(.ocspResponder, of: generation))
        return (key, try await current(.ocspResponder, of: generation, key: key))
    }

    /// The server's own TLS certificate; its key outlives the generations.
    func tlsServer(of generation: AuthorityGeneration) async throws -> (key: any SigningKey, certificate: Certificate) {
        if !vault.holds(KeyDirectory.Name.tlsServer), try await services.systemCertificates.newest(.tlsServer) == nil {
            try vault.store(try SoftwareKey.generate(Self.keyAlgorithm(.tlsServer)), as: KeyDirectory.Name.tlsServer)
        }
        let key = try vault.keep(KeyDirectory.Name.tlsServer)
        return (key, try await current(.tlsServer, of: generation, key: key))
    }

    private func current(_ role: SystemCertificates.Role, of generation: AuthorityGeneration, key: any SigningKey) async throws
        -> Certificate
    {
        try await services.systemCertificates.current(
            role, of: generation, key: key, keyName: Self.keyName(role, of: generation),
            commonName: commonName(role, generation.identity.authority), names: names(role), through: services.pipeline)
    }

    /// Makes the key when there is neither a key nor a certificate that needs it: a key that is missing is an error.
    private func makeKey(_ role: SystemCertificates.Role, of generation: AuthorityGeneration) async throws {
        let name = Self.keyName(role, of: generation)
        guard !vault.holds(name),
            try await services.systemCertificates.unexpired(role, issuerKey: generation.identity.keyIdentifier).isEmpty
        else { return }
        try vault.store(try await WorkPool.shared.run { try SoftwareKey.generate(Self.keyAlgorithm(role)) }, as: name)
    }

    private static func keyName(_ role: SystemCertificates.Role, of generation: AuthorityGeneration) -> String {
        let identity = generation.identity
        return keyName(role, of: identity.authority, issuerKey: identity.keyIdentifier, keyName: generation.keyName)
    }

    /// - Parameter keyName: how the CA's own key is called.
    static func keyName(_ role: SystemCertificates.Role, of authority: String, issuerKey: [UInt8], keyName: String) -> String {
        let prefix = keyName == KeyDirectory.Name.issuing ? "" : "\(authority)-\(Array(issuerKey.prefix(4)).hex)-"
        return switch role {
        case .scepRA: prefix + KeyDirectory.Name.registrationAuthority
        case .scepRASigning, .scepRAEncryption: prefix + role.rawValue
        case .ocspResponder: prefix + KeyDirectory.Name.ocspResponder
        case .tlsServer: KeyDirectory.Name.tlsServer
        }
    }

    /// SCEP encrypts to the RA's key: RSA, whatever the CA's is.
    private static func keyAlgorithm(_ role: SystemCertificates.Role) -> KeyAlgorithm {
        switch role {
        case .scepRA, .scepRASigning, .scepRAEncryption: .rsa2048
        case .ocspResponder, .tlsServer: .p256
        }
    }

    private func commonName(_ role: SystemCertificates.Role, _ authority: String) -> String {
        let of = authority == DefaultEndpoints.issuingAuthority ? configuration.name : "\(configuration.name) \(authority)"
        return switch role {
        case .scepRA: "\(of) SCEP RA"
        case .scepRASigning: "\(of) SCEP RA Signing"
        case .scepRAEncryption: "\(of) SCEP RA Encryption"
        case .ocspResponder: "\(of) OCSP Responder"
        case .tlsServer: configuration.hostname
        }
    }

    private func names(_ role: SystemCertificates.Role) -> [GeneralName] {
        switch role {
        case .scepRA, .scepRASigning, .scepRAEncryption, .ocspResponder: []
        case .tlsServer: ServerNames.of(configuration)
        }
    }
}
