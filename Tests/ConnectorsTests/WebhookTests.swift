import Connectors
import EnrollmentCore
import Foundation
import HTTPTransport
import PKIFormats
import SigningKeys
import TestSupport
import Testing

@Suite("A service outside that judges challenges")
struct WebhookTests {
    private func refusal(_ server: WebhookServer, _ request: IssuanceRequest) async -> Refusal? {
        do {
            _ = try await server.ca.services.pipeline.process(request)
            return nil
        } catch {
            return error
        }
    }

    @Test("A yes covers the names that were shown; the body is decoded, signed and authorized")
    func yes() async throws {
        let server = try await WebhookServer()
        try await server.ask("allow")
        let request = try await server.request()
        guard case .released(let issuance) = try await server.ca.services.pipeline.process(request) else { throw CommandFailure("pending") }
        #expect(issuance.certificate.subjectAlternativeNames == [.dns("device-1.test")])
        let entry = try #require(try server.received().first)
        #expect(entry["signed"] as? Bool == true && entry["authorization"] as? String == "Bearer t0ken")
        let body = try #require(entry["body"] as? [String: Any])
        #expect(body["challenge"] as? String == "opaque" && body["names"] as? [String] == ["dns:device-1.test"])
        #expect(body["certificationRequest"] as? String == Data(request.proposal.certificationRequest.der).base64EncodedString())
        try await server.stop()
    }

    @Test("A no, and everything that is no clear yes, ends in a refusal and no certificate")
    func no() async throws {
        let server = try await WebhookServer()
        let cases: [(String, Refusal.Code)] = [
            ("deny", .badCredential), ("forbidden", .badCredential), ("garbage", .badCredential), ("redirect", .badCredential),
            ("narrow", .unacceptableName), ("error", .overloaded), ("endless", .overloaded),
        ]
        for (mode, code) in cases {
            try await server.ask(mode)
            #expect(await refusal(server, try await server.request())?.code == code, "\(mode)")
        }
        try await server.ask("allow", port: FreePorts.take())
        #expect(await refusal(server, try await server.request())?.code == .overloaded)
        #expect(try await server.ca.services.search.issuances(.init(limit: 100)).allSatisfy { $0.endpoint != DefaultEndpoints.scep })
        try await server.stop()
    }

    @Test("A SID that a service tells is believed where it speaks for a directory, and nowhere else")
    func directory() async throws {
        let server = try await WebhookServer()
        let template = try #require(server.ca.services.catalog.template(named: "device-8021x"))
        #expect(template.securityIdentifier == .optional)
        let sid = "S-1-5-21-1-2-3-1105"
        for (tells, expected) in [(false, nil), (true, Extensions.microsoftSecurityIdentifier(sid))] {
            try await server.ask("directory/\(sid)", tellsDirectory: tells)
            let request = try await server.request("device-\(tells)")
            guard case .released(let issuance) = try await server.ca.services.pipeline.process(request) else {
                throw CommandFailure("held")
            }
            #expect(issuance.certificate.ext(OIDs.microsoftSecurityIdentifier) == expected)
        }
        try await server.ask("directory/S-2-nonsense", tellsDirectory: true)
        #expect(await refusal(server, try await server.request("device-x"))?.code == .badCredential)
        try await server.stop()
    }

    @Test("step-ca's and an MDM's shapes are spoken too")
    func formats() async throws {
        let server = try await WebhookServer()
        try await server.ask("step", format: .stepCA, notifies: true)
        #expect(await refusal(server, try await server.request("a")) == nil)
        try await server.ask("mdm", format: .mdmValidation, notifies: true)
        #expect(await refusal(server, try await server.request("b")) == nil)
        try await server.ask("mdm-refuses", format: .mdmValidation)
        #expect(await refusal(server, try await server.request("c"))?.code == .badCredential)
        let entries = try server.received()
        #expect(
            entries.compactMap { $0["path"] as? String } == [
                "/step", "/step", "/mdm/ScepActions/validateRequest", "/mdm/ScepActions/successNotification",
                "/mdm-refuses/ScepActions/validateRequest",
            ])
        let step = try #require(entries.first?["body"] as? [String: Any])
        #expect(step["scepChallenge"] as? String == "opaque" && entries.first?["signed"] as? Bool == true)
        let told = try #require((entries[3]["body"] as? [String: Any])?["notification"] as? [String: String])
        #expect(told["certificateThumbprint"]?.count == 40 && told["certificateExpirationDateUtc"]?.hasSuffix("Z") == true)
        #expect(entries[2]["apiVersion"] as? String == "2018-02-20")
        try await server.stop()
    }

    @Test("A service that does not answer in time is one that did not say yes: the client may come back, and has no certificate")
    func slow() async throws {
        let server = try await WebhookServer()
        try await server.ask("slow")
        #expect(await refusal(server, try await server.request())?.code == .overloaded)
        #expect(try server.received().count == 2, "two tries, and no third")
        #expect(try await server.ca.services.search.issuances(.init(limit: 100)).allSatisfy { $0.endpoint != DefaultEndpoints.scep })
        try await server.stop()
    }

    @Test(
        "A certificate whose notification fails is quarantined, revoked and never delivered; the next try gets another",
        arguments: [("deaf", WebhookFormat.muster), ("mdm-deaf", .mdmValidation)])
    func quarantine(_ mode: String, _ format: WebhookFormat) async throws {
        let server = try await WebhookServer()
        try await server.ask(mode, format: format, notifies: true)
        let request = try await server.request()
        let refused = try #require(await refusal(server, request))
        #expect(refused.code == .overloaded && refused.stage == .release)
        let first = try #require(try await server.ca.services.search.issuances(.init(limit: 100)).first { $0.id == request.id })
        #expect(first.state == .quarantined && first.revocation != nil)
        #expect(try await server.ca.services.search.transaction(request.id)?.code == Refusal.Code.overloaded.rawValue)

        try await server.ask("allow", notifies: true)
        let again = server.ca.issuanceRequest(
            request.proposal.certificationRequest, credentials: [ChallengeCredential(secret: "opaque")])
        guard case .released(let issuance) = try await server.ca.services.pipeline.process(again) else { throw CommandFailure("pending") }
        #expect(issuance.certificate.serialNumber != first.serialNumber)
        let rows = try await server.ca.services.database.read("SELECT * FROM release_duties", [])
        #expect(rows.isEmpty)
        try await server.stop()
    }

    @Test("What was recorded and cut off is signed, told of and released after a restart; where telling fails, quarantined")
    func recovery() async throws {
        let server = try await WebhookServer()
        for (mode, finished) in [("allow", 1), ("deaf", 0)] {
            try await server.ask(mode, notifies: true)
            let request = try await server.request("device-\(finished)")
            server.ca.issuingKey.isOverloaded = true
            #expect(await refusal(server, request)?.code == .overloaded)
            server.ca.issuingKey.isOverloaded = false
            #expect(try await server.ca.services.pipeline.recover().finished == finished)
            let record = try await server.ca.services.search.issuances(.init(limit: 100)).first { $0.id == request.id }
            #expect(record?.state == (finished == 1 ? .released : .quarantined))
        }
        #expect(try server.received().filter { ($0["body"] as? [String: Any])?["event"] as? String == "issued" }.count == 3)
        try await server.stop()
    }

    @Test("Secrets lie sealed in the database, and another key does not open them")
    func sealed() async throws {
        let server = try await WebhookServer()
        try await server.ask("allow")
        let row = try #require(try await server.ca.services.database.read("SELECT sealed FROM webhooks", []).first)
        let sealed = try row.blob("sealed")
        #expect(!String(decoding: sealed, as: UTF8.self).contains("t0ken"))
        let stranger = WebhookStore(
            database: server.ca.services.database, surroundings: server.ca.surroundings,
            box: try SecretBox(try .generate(.p256), purpose: "webhooks"))
        try await stranger.reload()
        let authenticator = WebhookAuthenticator(store: stranger)
        let request = try await server.request()
        let endpoint = try server.ca.services.catalog.openEndpoint(named: DefaultEndpoints.scep)
        let context = ExaminationContext(
            endpoint: endpoint, requestDigest: request.digest, instant: server.ca.surroundings.now, request: request)
        await #expect(throws: Refusal.self) { _ = try await authenticator.examine(ChallengeCredential(secret: "opaque"), in: context) }
        try await server.stop()
    }
}
