import EnrollmentCore
import Foundation
import PKIFormats
import SCEPFrontend
import SigningKeys

/// Mints what a client or an MDM needs for an endpoint and says how to use it.
struct SetUpEndpoint: AdminOperation {
    static let needsKeys = true

    let endpoint: String
    let target: SetupTarget
    /// What the secret covers.
    let names: [String]
    /// The device's name, for clients that are one device; else the common name of the profile.
    let device: String?
    let seconds: Int
    /// Make a key and certificate for a proxy that signs for its devices, and register it.
    let makesSigner: Bool

    func perform(in administration: Administration) async throws -> SetupFacts {
        let endpoint = try administration.reachableEndpoint(endpoint)
        guard endpoint.protocolName == .scep else { throw CommandFailure("\(endpoint.name) is no SCEP endpoint") }
        guard !names.isEmpty else { throw CommandFailure("a secret covers at least one name: --names") }
        if let device { try Self.checkName(device) }
        if makesSigner, !target.canBeProxy { throw CommandFailure("\(target.rawValue) does not sign for its devices") }
        let patterns = try names.map { try NamePattern($0) }
        let hierarchy = try Hierarchy(administration.core.authorities, of: endpoint.authority)
        var facts = self.facts(of: endpoint, hierarchy, administration)
        try await mint(&facts, endpoint, patterns, administration)
        if makesSigner { try await makeSigner(&facts, endpoint, patterns, administration) }
        if target.takesProfile {
            facts.profile = try AppleProfile.make(
                facts, root: hierarchy.root, topmost: Self.options(endpoint).sendRoot ? hierarchy.root : hierarchy.issuing,
                caName: administration.configuration.name,
                name: device ?? target.deviceVariable ?? "device")
        }
        if let device { facts.commands = SetupCommands.text(facts, name: device, mode: Self.options(endpoint).mode) }
        facts.steps = target.steps(facts)
        facts.renewal = target.renewal
        facts.limits = target.limits
        return facts
    }

    private func facts(of endpoint: Endpoint, _ hierarchy: Hierarchy, _ administration: Administration) -> SetupFacts {
        let (root, issuing) = (hierarchy.root, hierarchy.issuing)
        let urls = administration.configuration.urls
        let url = EndpointLinks(administration.configuration).urls(of: endpoint).first?.url ?? ""
        let page = endpoint.label == "default" ? "/certsrv/mscep_admin/" : "/scep/\(endpoint.label)/mscep_admin/"
        return SetupFacts(
            target: target, endpoint: endpoint.name, url: target == .ndes ? Self.ndesURL(endpoint, urls, otherwise: url) : url,
            adminURL: urls.https + page, challengeURL: "\(urls.https)/scep/\(endpoint.label)/challenge", covers: names,
            rootFile: administration.directory.root, rootSHA1: root.fingerprint(.sha1).hex, rootSHA256: root.fingerprint(.sha256).hex,
            issuerSHA1: issuing.fingerprint(.sha1).hex, issuerSHA256: issuing.fingerprint(.sha256).hex)
    }

    private static func ndesURL(_ endpoint: Endpoint, _ urls: Configuration.URLs, otherwise url: String) -> String {
        endpoint.label == "default" ? "\(urls.http)/certsrv/mscep/mscep.dll" : url
    }

    private func mint(
        _ facts: inout SetupFacts, _ endpoint: Endpoint, _ patterns: [NamePattern], _ administration: Administration
    ) async throws {
        let core = administration.core
        if target.fetchesPasswords {
            try administration.endpoint(endpoint.name, accepts: .password)
            let name = "\(target.rawValue)-\(core.surroundings.randomness.bytes(3).hex)"
            let password = core.surroundings.randomness.bytes(16).hex
            try await core.users.add(name, endpoint: endpoint.name, password: password, covers: patterns)
            (facts.username, facts.password) = (name, password)
        } else if target != .intune {
            try administration.endpoint(endpoint.name, accepts: .challenge)
            // 32 characters: some consoles take no longer one.
            let secret = core.surroundings.randomness.bytes(16).hex
            _ = try await core.challenges.keep(
                secret: secret, endpoint: endpoint.name, isOneTime: !target.sharesSecret, covers: patterns,
                lifetime: TimeInterval(seconds))
            facts.challenge = secret
        }
    }

    /// A key and certificate for a proxy. The key is not kept here: the file is the only place where it is.
    private func makeSigner(
        _ facts: inout SetupFacts, _ endpoint: Endpoint, _ patterns: [NamePattern], _ administration: Administration
    ) async throws {
        try administration.endpoint(endpoint.name, accepts: .signer)
        let key = try SoftwareKey.generate(.rsa2048)
        let name = "scep-signer-\(target.rawValue)"
        let info = CertificationRequest.toBeSigned(
            subject: DistinguishedName(commonName: name), publicKey: key.publicKey, attributes: [])
        let request = try CertificationRequest(
            info: info, algorithm: key.defaultAlgorithm, signature: try await key.sign(info, algorithm: key.defaultAlgorithm))
        let issued = try await IssueByOperator(request: Data(request.der), template: "device-8021x", endpoint: nil, names: []).perform(
            in: administration)
        let certificate = try Certificate(pem: issued.certificate)
        let issuers = try Certificate.decodePEMBundle(issued.chain) + [administration.hierarchy.root]
        try await administration.core.signers.add(certificate, endpoint: endpoint.name, covers: patterns)
        let passphrase = administration.core.surroundings.randomness.bytes(12).hex
        let file = try PKCS12File.make(key, certificate: certificate, issuers: issuers, name: name, passphrase: passphrase)
        facts.pkcs12 = Data(file).base64EncodedString()
        facts.pkcs12Passphrase = passphrase
    }

    /// What goes into a shell or a device's prompt as it is.
    private static func options(_ endpoint: Endpoint) -> SCEPOptions {
        (try? endpoint.options.decode(over: SCEPOptions())) ?? SCEPOptions()
    }

    private static func checkName(_ name: String) throws {
        guard (1...64).contains(name.utf8.count), name.utf8.allSatisfy({ $0.isNameByte }) else {
            throw CommandFailure("--device takes letters, digits, '-', '.' and '_'")
        }
    }
}

extension UInt8 {
    fileprivate var isNameByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
        default: false
        }
    }
}
