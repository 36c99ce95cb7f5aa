import EnrollmentCore
import Foundation
import PKIFormats
import SigningKeys

/// A key for a CA, or for the next generation of one, and the request that another CA certifies.
struct RequestAuthority: AdminOperation {
    struct Reply: Codable, Sendable {
        let authority: String
        let keyName: String
        /// PEM.
        let request: String
    }

    static let needsKeys = true

    let authority: String
    /// Nil: made of the installation's name and the CA's; never for a CA that has its name.
    let commonName: String?
    let key: KeyAlgorithm
    /// Where in a token the key is.
    let keyURI: String?

    var tokenKeys: [String] { [keyURI].compactMap(\.self) }

    func perform(in administration: Administration) async throws -> Reply {
        let store = administration.core.generations
        if let waiting = try await store.requests().first(where: { $0.authority == authority }) {
            return Reply(
                authority: authority, keyName: waiting.keyName, request: PEM.encode(label: "CERTIFICATE REQUEST", waiting.request.der))
        }
        let active = administration.core.authorities.active(authority)
        guard administration.core.authorities.next(authority) == nil else {
            throw CommandFailure("the CA '\(authority)' has a next generation already: `muster ca rollover activate \(authority)`")
        }
        if active == nil { try administration.checkNewAuthority(authority) }
        guard active?.keyName.isEmpty != true else { throw CommandFailure("the CA '\(authority)' is elsewhere: its key is not here") }
        guard active == nil || commonName == nil else {
            throw CommandFailure("each generation of a CA has the same name: leave --subject out")
        }
        let subject =
            active?.identity.subject
            ?? DistinguishedName(
                commonName: commonName
                    ?? (authority == DefaultEndpoints.issuingAuthority
                        ? "\(administration.configuration.name) Issuing CA" : "\(administration.configuration.name) \(authority) CA"))
        let keyName =
            active == nil && authority == DefaultEndpoints.issuingAuthority
            ? KeyDirectory.Name.issuing : administration.nextKeyName(of: authority)
        let request = try await Self.make(subject, try await administration.makeKey(keyName, key, uri: keyURI))
        try await store.addRequest(request, authority: authority, keyName: keyName)
        return Reply(authority: authority, keyName: keyName, request: PEM.encode(label: "CERTIFICATE REQUEST", request.der))
    }

    /// Says that it is for a CA; what the certificate says is the other CA's affair, and checked when it is imported.
    static func make(_ subject: DistinguishedName, _ key: any SigningKey) async throws -> CertificationRequest {
        let info = CertificationRequest.toBeSigned(
            subject: subject, publicKey: key.publicKey,
            attributes: [
                RequestAttribute.extensionRequest([
                    Extensions.basicConstraints(isCA: true), Extensions.keyUsage([.keyCertSign, .cRLSign]),
                ])
            ])
        return try CertificationRequest(info: info, algorithm: key.defaultAlgorithm, signature: try await key.sign(info))
    }
}
