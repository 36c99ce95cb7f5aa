import EnrollmentCore
import Foundation
import PKIFormats
import SigningKeys
import TestSupport
import Testing

/// A CA whose keys are all at hand by name, as a server has them: its generations are loaded anew after each step.
struct RolloverLab {
    let ca: TestCA
    private let keys: Locked<[String: any SigningKey]>

    init() async throws {
        let root = try SoftwareKey.generate(.p256)
        let ca = try await TestCA.found(rootKey: root)
        self.ca = ca
        keys = Locked(["root": root, "issuing": ca.issuingKey])
    }

    var rollover: Rollover {
        Rollover(
            store: ca.services.generations, certifier: ca.services.certifier, surroundings: ca.surroundings,
            baseURL: "http://127.0.0.1:8080")
    }

    private func generations() async throws -> [AuthorityGeneration] {
        try await AuthorityLoader(ca.services.generations, baseURL: "http://127.0.0.1:8080").load { stored in
            keys.with { $0[stored.keyName] }
        }
    }

    /// What the server does after each change, and what it does on schedule.
    func reload() async throws {
        ca.services.authorities.replace(with: try await generations())
        for signer in ca.services.authorities.generations.compactMap(\.signer) {
            _ = try await ca.services.revocationLists.publish(for: signer, lifetime: 7 * 86_400)
        }
    }

    func prepare(_ authority: String, keyName: String) async throws -> Certificate {
        let made = try SoftwareKey.generate(.p256)
        let key: any SigningKey = keys.with { keys in
            let key = keys[keyName] ?? made
            keys[keyName] = key
            return key
        }
        let former = authority == DefaultEndpoints.rootAuthority ? keys.with { $0["root"] } : nil
        let next = try await rollover.prepare(.init(authority, key: key, keyName: keyName, former: former), among: try await generations())
        try await reload()
        return next
    }

    func activate(_ authority: String) async throws {
        try await rollover.activate(authority)
        try await reload()
    }

    /// A device enrolls with a challenge, at the active generation or at the one that it names.
    func enroll(_ name: String, key: SoftwareKey? = nil, addressee: [UInt8]? = nil) async throws -> ReleasedIssuance {
        let secret = try await ca.challenge(covers: ["*.lab.test"])
        let request = try await TestCA.request(key ?? .generate(.p256), commonName: name)
        return try await process(request, [ChallengeCredential(secret: secret)], addressee: addressee)
    }

    func process(
        _ request: CertificationRequest, _ credentials: [any Credential], intent: IssuanceRequest.Intent = .enroll,
        addressee: [UInt8]? = nil
    ) async throws -> ReleasedIssuance {
        let outcome = try await ca.services.pipeline.process(
            IssuanceRequest(
                id: RequestID(in: ca.surroundings),
                arrival: Arrival(
                    endpoint: DefaultEndpoints.scep, binding: "default", operation: "test", instant: ca.surroundings.now), intent: intent,
                credentials: credentials, proposal: Proposal(request), addressee: addressee))
        guard case .released(let issuance) = outcome else { throw Unexpected("pending") }
        return issuance
    }

    /// Whether OpenSSL accepts a certificate, at the test's own time, from one trust anchor, with CRLs.
    func accepts(
        _ certificate: Certificate, anchor: Certificate, untrusted: [Certificate], checkingCRLs: Bool = false
    ) async throws -> Bool {
        let folder = try TemporaryDirectory()
        let leaf = try folder.write("leaf.pem", certificate.pem)
        let trusted = try folder.write("anchor.pem", anchor.pem)
        let chain = try folder.write("chain.pem", untrusted.map(\.pem).joined() + "\n")
        var arguments = [
            "verify", "-x509_strict", "-attime", "\(Int(ca.clock.now.timeIntervalSince1970))", "-no-CApath", "-no-CAstore", "-CAfile",
            trusted,
            "-untrusted", chain,
        ]
        if checkingCRLs {
            var lists = ""
            for generation in ca.services.authorities.generations {
                guard let list = try await ca.services.revocationLists.current(issuerKey: generation.identity.keyIdentifier) else {
                    continue
                }
                lists += PEM.encode(label: "X509 CRL", list.der)
            }
            arguments += ["-crl_check", "-CRLfile", try folder.write("lists.pem", lists)]
        }
        return try await Command.run("openssl", arguments + [leaf]).succeeded
    }
}
