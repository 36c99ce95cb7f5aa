import EnrollmentCore
import Foundation
import PKIFormats
import SCEPFrontend
import SigningKeys

/// A further CA below one that is here, with endpoints of its own.
struct CreateAuthority: AdminOperation {
    static let needsKeys = true

    let name: String
    /// Nil: made of the installation's name and the CA's.
    let commonName: String?
    let key: KeyAlgorithm
    /// Where in a token the key is.
    let keyURI: String?
    let ownKeys: OwnKeyPlaces
    let parent: String
    /// Protocols: for each an endpoint like the default one, at this CA.
    let endpoints: [String]
    /// Whether the CA opens and signs SCEP messages with its own key, and its SCEP endpoint says so.
    var speaksSCEP = false

    var tokenKeys: [String] { [keyURI].compactMap(\.self) + ownKeys.all }

    func perform(in administration: Administration) async throws -> ListAuthorities.Reply {
        try administration.checkNewAuthority(name)
        guard !speaksSCEP || [.rsa2048, .rsa3072, .rsa4096].contains(key) else {
            throw CommandFailure("SCEP encrypts to the CA's key in CA mode: choose `--key rsa3072` or another RSA key")
        }
        guard !speaksSCEP || keyURI == nil else { throw CommandFailure("in CA mode the CA's key is a file: leave --key-uri out") }
        let models = try endpoints.map { try model($0, administration) }
        let generations =
            parent == DefaultEndpoints.rootAuthority
            ? try await administration.openingRoot(administration.openVault()) : administration.core.authorities.generations
        guard let above = generations.first(where: { $0.identity.authority == parent && $0.state == .active }) else {
            throw CommandFailure("there is no active CA '\(parent)': `muster ca list`")
        }
        guard let signer = above.signer else {
            throw CommandFailure("the key of '\(parent)' is not here: `muster ca csr \(name)` makes a request for it")
        }
        guard above.identity.certificate?.basicConstraints?.pathLength != 0 else {
            throw CommandFailure("the certificate of '\(parent)' allows no CA below it")
        }
        let keyName = administration.nextKeyName(of: name)
        let key = try await administration.makeKey(keyName, key, uri: keyURI)
        try administration.referOwnKeys(ownKeys, of: name, issuer: key.publicKey, keyName: keyName)
        try await administration.addSystemEndpoint(of: name)
        try await administration.addSystemEndpoint(of: parent)
        let subject = DistinguishedName(commonName: commonName ?? "\(administration.configuration.name) \(name) CA")
        let certificate = try await administration.core.certifier.certify(
            key, as: subject, template: speaksSCEP ? DefaultTemplates.scepIssuingAuthority : "issuing-ca", by: signer)
        try await administration.core.generations.add(name, certificate: certificate, keyName: keyName)
        try await administration.settleAuthorities()
        try await administration.core.catalog.add(endpoints: models, templates: [], at: administration.core.surroundings.now)
        return try await ListAuthorities(authority: name).perform(in: administration)
    }

    /// The default endpoint of a protocol, for this CA.
    private func model(_ protocolName: String, _ administration: Administration) throws -> Endpoint {
        guard let known = Endpoint.ProtocolName(rawValue: protocolName), known.isReachable,
            var endpoint = administration.core.catalog.endpoint(known, label: "default")
        else { throw CommandFailure("there is no default endpoint of '\(protocolName)'; there are scep, est, acme and wstep") }
        guard administration.core.catalog.endpoint(known, label: name) == nil else {
            throw CommandFailure("there is an endpoint '\(known.rawValue)-\(name)' already")
        }
        endpoint.name = "\(known.rawValue)-\(name)"
        endpoint.label = name
        endpoint.authority = name
        endpoint.renewsFrom = []
        endpoint.isEnabled = true
        if known == .scep {
            let mode = speaksSCEP ? EndpointOptions.Value.text(SCEPOptions.Mode.ca.rawValue) : nil
            do { try endpoint.options.assign(mode, at: "mode") } catch { throw CommandFailure("\(error)") }
        }
        return endpoint
    }
}
