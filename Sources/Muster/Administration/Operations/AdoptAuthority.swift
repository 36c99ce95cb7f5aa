import EnrollmentCore
import Foundation
import PKIFormats
import SigningKeys

/// An existing CA comes here: its key, its certificates, its revocations.
struct AdoptAuthority: AdminOperation {
    struct Reply: Codable, Sendable {
        let certificates: Int
        let revocations: Int
        let unknownRevoked: Int
        let foreign: Int
        let authorities: ListAuthorities.Reply
    }

    static let needsKeys = true

    let name: String
    /// PEM (PKCS #8, encrypted or not, or an older form) or PKCS #12; nil when the key is in a token.
    let key: Data?
    let keyPassphrase: String?
    /// Where in a token the key is.
    let keyURI: String?
    /// PEM: the CA's certificate and those above it, in any order.
    let chain: String
    /// PEM, one each, in any order; certificates of other CAs are counted and left out.
    let issued: [String]
    /// `index.txt` of `openssl ca`; empty: none.
    let index: String
    /// PEM or DER.
    let list: Data?
    /// Where holders may renew; empty: nowhere.
    let endpoint: String
    let template: String

    var tokenKeys: [String] { [keyURI].compactMap(\.self) }

    func perform(in administration: Administration) async throws -> Reply {
        try administration.checkNewAuthority(name)
        let core = administration.core
        if !endpoint.isEmpty { _ = try administration.reachableEndpoint(endpoint) }
        guard template.isEmpty || core.catalog.template(named: template) != nil else {
            throw CommandFailure("there is no template '\(template)'")
        }
        let keyName = administration.nextKeyName(of: name)
        let key = try findKey(keyName, administration.openVault())
        try administration.checkUnused(key.publicKey, but: keyName)
        let known = core.authorities.generations.compactMap(\.identity.certificate)
        let checked = try CertifiedChain(
            for: key.publicKey, subject: nil, among: try Certificate.decodePEMBundle(chain) + known, at: core.surroundings.now)
        let estate = Takeover.Estate(
            chain: checked, issued: try issued.map { try Certificate(pem: $0) },
            revoked: try OpenSSLIndex(index).revoked, list: try list.map(Self.read), endpoint: endpoint, template: template)
        try key.keep()
        try await administration.addSystemEndpoint(of: name)
        let count = try await Takeover(core).take(estate, authority: name, keyName: keyName)
        try await administration.settleAuthorities()
        _ = try await core.revocationLists.publish(
            for: administration.signer(name), lifetime: CRLSchedule(administration.configuration).lifetime)
        return Reply(
            certificates: count.certificates, revocations: count.revocations, unknownRevoked: count.unknownRevoked, foreign: count.foreign,
            authorities: try await ListAuthorities(authority: name).perform(in: administration))
    }

    /// What the key is kept by, and its public half.
    private func findKey(_ keyName: String, _ vault: KeyVault) throws -> (publicKey: SubjectPublicKeyInfo, keep: () throws -> Void) {
        if let uri = keyURI {
            let reference = try PKCS11URI.kept(uri, as: keyName)
            let key = try KeyDirectory.open(reference, as: keyName)
            return (key.publicKey, { try vault.refer(key, at: reference, as: keyName) })
        }
        guard let key else { throw CommandFailure("the CA's key is missing: --key or --key-uri") }
        let software = try read(key)
        return (software.publicKey, { try vault.bring(software, as: keyName) })
    }

    private func read(_ key: Data) throws -> SoftwareKey {
        let bytes = [UInt8](key)
        do {
            if bytes.first == 0x30 { return try SoftwareKey(pkcs12: bytes, passphrase: keyPassphrase ?? "") }
            let text = String(decoding: bytes, as: UTF8.self)
            return try keyPassphrase.map { try SoftwareKey(encryptedPEM: text, passphrase: $0) } ?? SoftwareKey(pem: text)
        } catch {
            throw CommandFailure("the CA's key cannot be read: \((error as? KeyFailure)?.reason ?? "\(error)"); is its passphrase right?")
        }
    }

    private static func read(_ data: Data) throws -> CertificateRevocationList {
        let bytes = [UInt8](data)
        return try bytes.first == 0x30
            ? CertificateRevocationList(der: bytes) : CertificateRevocationList(pem: String(decoding: bytes, as: UTF8.self))
    }
}
