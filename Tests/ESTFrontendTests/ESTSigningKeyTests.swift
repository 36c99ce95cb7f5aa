import ESTFrontend
import ESTWire
import EnrollmentCore
import PKIFormats
import SigningKeys
import TestSupport
import Testing

@Suite struct ESTSigningKeyTests {
    @Test("A device with a P-521, Ed25519 or ML-DSA key enrolls where its template allows it, and may do nothing but sign")
    func enroll() async throws {
        let door = try await ESTDoor()
        var template = try #require(DefaultTemplates.forEnrollment.first { $0.name == "device-8021x" })
        (template.name, template.allowedKeys) = ("modern", [.p521, .ed25519, .mldsa65, .mldsa87])
        template.keyUsage = ["digitalSignature", "keyEncipherment", "keyAgreement"]
        let endpoint = Endpoint(
            name: "est-modern", label: "modern", protocolName: .est, authority: DefaultEndpoints.issuingAuthority,
            bindings: [.init(authenticators: [.password, .certificate])],
            policy: Policy(rules: [try PolicyRule(name: "password", requires: [.knowsPassword], templates: ["modern"])]))
        try await door.ca.services.catalog.add(endpoints: [endpoint], templates: [template], at: door.ca.clock.now)
        try await door.ca.services.catalog.reload()
        try await door.ca.services.users.add(
            ESTDoor.user, endpoint: "est-modern", password: ESTDoor.password, covers: [NamePattern("*.test")])
        for algorithm: KeyAlgorithm in [.p521, .ed25519, .mldsa65, .mldsa87] {
            let key = try SoftwareKey.generate(algorithm)
            let name = "\(algorithm.rawValue).test"
            let refused = try await door.post("/.well-known/est/simpleenroll", door.body(key, name))
            #expect(refused.status == 400)
            let answer = try await door.post("/.well-known/est/modern/simpleenroll", door.body(key, name))
            let certificate = try #require(try answer.certificates.first, "\(answer.status) \(answer.body)")
            #expect(certificate.publicKey == key.publicKey)
            #expect(certificate.keyUsage == (algorithm == .p521 ? [.digitalSignature, .keyAgreement] : [.digitalSignature]))
            // Another's signature in the request proves nothing.
            let info = CertificationRequest.toBeSigned(
                subject: DistinguishedName(commonName: "stolen-\(name)"), publicKey: key.publicKey)
            let forged = try CertificationRequest(
                info: info, algorithm: key.defaultAlgorithm, signature: try await SoftwareKey.generate(algorithm).sign(info))
            let stolen = try await door.post(
                "/.well-known/est/modern/simpleenroll", Array(ESTBody.encode(forged.der, .oneLine).utf8))
            #expect(stolen.status == 400)
        }
    }
}
