import EnrollmentCore
import Foundation
import PKIFormats
import SigningKeys
import TestSupport
import Testing

/// The templates that a new installation has, each with the certificate that comes of it.
@Suite struct DefaultTemplateTests {
    private struct Expectation {
        let usage: KeyUsage
        let purposes: [OID]
        let days: Int?
    }

    /// The usage is that of a P-256 key: without encipherment.
    private static let expected: [String: Expectation] = [
        "device-8021x": .init(usage: .digitalSignature, purposes: [OIDs.clientAuth], days: 365),
        "user-8021x": .init(usage: .digitalSignature, purposes: [OIDs.clientAuth], days: 365),
        "vpn-client": .init(usage: .digitalSignature, purposes: [OIDs.clientAuth], days: 365),
        "radius-server": .init(usage: .digitalSignature, purposes: [OIDs.serverAuth], days: 398),
        "tls-server": .init(usage: .digitalSignature, purposes: [OIDs.serverAuth], days: 90),
        "tls-server-short": .init(usage: .digitalSignature, purposes: [OIDs.serverAuth], days: 7),
        "mtls-service": .init(usage: .digitalSignature, purposes: [OIDs.clientAuth, OIDs.serverAuth], days: 30),
        "iot-idevid": .init(usage: .digitalSignature, purposes: [], days: nil),
        "iot-ldevid": .init(usage: .digitalSignature, purposes: [OIDs.clientAuth], days: 365),
        "windows-computer": .init(usage: .digitalSignature, purposes: [OIDs.clientAuth, OIDs.serverAuth], days: 365),
        "windows-user": .init(usage: .digitalSignature, purposes: [OIDs.clientAuth, OIDs.emailProtection], days: 365),
        "smime-sign": .init(usage: .digitalSignature, purposes: [OIDs.emailProtection], days: 365),
        "smime-encrypt": .init(usage: .keyAgreement, purposes: [OIDs.emailProtection], days: 365),
        "code-signing": .init(usage: .digitalSignature, purposes: [OIDs.codeSigning], days: 365),
        "sub-ca": .init(usage: [.keyCertSign, .cRLSign], purposes: [], days: 5 * 365),
    ]

    @Test func everyShippedTemplateMakesTheCertificateThatTheTableSays() async throws {
        let ca = try await TestCA.found()
        for template in DefaultTemplates.forEnrollment + DefaultTemplates.forOperators {
            let expected = try #require(Self.expected[template.name], "\(template.name)")
            let certificate = try await ca.shipped(template, .generate(.p256))
            #expect(certificate.keyUsage == expected.usage, "\(template.name)")
            #expect(certificate.extendedKeyUsages == expected.purposes, "\(template.name)")
            if let days = expected.days {
                let end = ca.clock.now.addingTimeInterval(Double(days) * 86_400)
                #expect(abs(certificate.validity.notAfter.timeIntervalSince(end)) < 2, "\(template.name)")
            } else {
                #expect(certificate.validity.notAfter == Validity.endless, "\(template.name)")
            }
            #expect((certificate.basicConstraints?.isCA == true) == template.isAuthority)
            #expect((certificate.ext(OIDs.noRevAvail) != nil) == (template.name == "tls-server-short"))
            #expect((certificate.ext(OIDs.crlDistributionPoints) == nil) == (template.name == "tls-server-short"))
            let isWindows = template.name.hasPrefix("windows")
            #expect((certificate.ext(OIDs.microsoftCertificateTemplate) != nil) == isWindows)
            #expect((certificate.ext(OIDs.microsoftTemplateName) != nil) == isWindows)
            for type in template.nameTypes { #expect(certificate.subjectAlternativeNames.count == template.nameTypes.count, "\(type)") }
            let subject = certificate.subject.attributes.map(\.oid)
            if template.name.hasPrefix("iot") { #expect(subject == [OIDs.serialNumber, OIDs.commonName]) }
            if DefaultTemplates.forOperators.contains(template) { #expect(subject == [OIDs.organization, OIDs.commonName]) }
        }
        let rsa = try await ca.shipped(
            try #require(DefaultTemplates.forEnrollment.first { $0.name == "smime-encrypt" }), .generate(.rsa2048))
        #expect(rsa.keyUsage == .keyEncipherment, "RSA keys agree on nothing (RFC 3279 §2.3.1)")
    }

    @Test func whoAsksForPowerDoesNotApproveItHimself() async throws {
        let ca = try await TestCA.found()
        let request = try await TestCA.request(.generate(.p256), commonName: "Signer")
        let asked = IssuanceRequest(
            id: RequestID(in: ca.surroundings),
            arrival: Arrival(endpoint: DefaultEndpoints.operator, binding: "default", operation: "issue", instant: ca.clock.now),
            intent: .enroll, credentials: [OperatorCredential(userID: 1000, vouchesFor: [.commonName("Signer")])],
            proposal: Proposal(request, templateHint: "code-signing"))
        guard case .pending(let pending) = try await ca.services.pipeline.process(asked) else { throw Unexpected("released") }
        let himself = OperatorCredential(userID: 1000, vouchesFor: [])
        let refusal = await #expect(throws: Refusal.self) {
            try await ca.services.approvals.approve(pending.reference, by: himself, comment: nil)
        }
        #expect(refusal?.code == .conflict)
        #expect(try await ca.enrolled().isEmpty)
        // Without the template's name the ordinary rule decides, and it does not offer that template.
        let plain = ca.issuanceRequest(
            request, credentials: [OperatorCredential(userID: 1000, vouchesFor: [.commonName("Signer")])],
            endpoint: DefaultEndpoints.operator)
        guard case .released(let issuance) = try await ca.services.pipeline.process(plain) else { throw Unexpected("pending") }
        #expect(!issuance.certificate.extendedKeyUsages.contains(OIDs.codeSigning))
    }

    @Test func templatesOfCAsAreOfferedOnlyWhereOthersApprove() throws {
        for (disposition, protocolName, isFine): (PolicyRule.Disposition, Endpoint.ProtocolName, Bool) in [
            (.hold(reason: "others approve"), .operator, true), (.issue, .operator, false), (.hold(reason: "others approve"), .est, false),
        ] {
            let proof: Fact.Kind = protocolName == .operator ? .operatorApproved : .knowsPassword
            let endpoint = Endpoint(
                name: "power", label: "power", protocolName: protocolName, authority: "root",
                bindings: [.init(authenticators: [protocolName == .operator ? .operator : .password])],
                policy: Policy(rules: [try PolicyRule(name: "r", requires: [proof], templates: ["sub-ca"], disposition: disposition)]))
            let problems = CatalogRules(authorities: ["root", "issuing"], staticChallenges: []).problems(
                endpoints: [endpoint], templates: DefaultTemplates.all)
            #expect(problems.isEmpty == isFine, "\(problems)")
        }
    }
}
