import EnrollmentCore
import Foundation
import HTTPTransport
import HTTPTypes
import Hummingbird
import PKIFormats
@testable import SCEPFrontend
import SigningKeys
import TestSupport
import Testing

@Suite("The password page of NDES, and the hook for challenges")
struct NDESTests {
    /// The page before a CA with one user, who may enroll `device-*`.
    private struct Door {
        let ca: TestCA
        let http: InProcessHTTP

        init() async throws {
            ca = try await TestCA.found()
            try await ca.services.users.add(
                "mdm", endpoint: DefaultEndpoints.scep, password: "a long password", covers: [NamePattern("device-*")])
            let router = Router(context: TransportContext.self)
            let certificate = ca.issuing.identity.certificate
            NDESRoutes(services: ca.services) { _ in certificate }.register(on: router)
            http = InProcessHTTP(ListenerRoutes(router))
        }

        func ask(
            _ path: String = "/certsrv/mscep_admin/", login: String? = "mdm:a long password", isTLS: Bool = true, post body: String? = nil
        ) async throws -> InProcessHTTP.Answer {
            var head = HTTPRequest(method: body == nil ? .get : .post, scheme: "https", authority: "ca.test", path: path)
            if let login { head.headerFields[.authorization] = "Basic \(Data(login.utf8).base64EncodedString())" }
            return try await http.send(
                head, body: Array((body ?? "").utf8), facts: ConnectionFacts(peerAddress: "192.0.2.1", isTLS: isTLS))
        }

        func option(_ change: (inout SCEPOptions) -> Void) async throws {
            var options = SCEPOptions()
            change(&options)
            let bag = try JSONDecoder().decode(EndpointOptions.self, from: JSONEncoder().encode(options))
            try await ca.services.catalog.setOptions(bag, endpoint: DefaultEndpoints.scep)
        }

        func enroll(_ name: String, _ secret: String) async throws -> Outcome {
            let csr = try await TestCA.request(try .generate(.p256), commonName: name)
            return try await ca.services.pipeline.process(
                ca.issuanceRequest(csr, credentials: [ChallengeCredential(secret: secret)]))
        }
    }

    private static func password(in html: String) throws -> String {
        let match = try #require(try /The enrollment challenge password is: <B> ([0-9A-F]+) <\/B>/.firstMatch(in: html))
        return String(match.1)
    }

    @Test(
        "Q47: A user gets a password of 32 digits that enrolls once, and only the names he may enroll",
        arguments: [
            "/certsrv/mscep_admin", "/certsrv/mscep_admin/", "/certsrv/mscep_admin/mscep.dll", "/scep/default/mscep_admin",
        ])
    func page(_ path: String) async throws {
        let door = try await Door()
        let answer = try await door.ask(path)
        #expect(answer.status == 200 && answer.headers[.cacheControl] == "no-store")
        let html = String(decoding: answer.body, as: UTF8.self)
        #expect(html.contains("The thumbprint (hash value) for the CA certificate is: <B> "))
        #expect(html.contains("can be used only once and will expire within 60 minutes"))
        let secret = try Self.password(in: html)
        #expect(secret.count == 32)
        await #expect(throws: Refusal.self) { _ = try await door.enroll("server-1", secret) }
        guard case .released = try await door.enroll("device-1", secret) else { throw CommandFailure("not released") }
        await #expect(throws: Refusal.self) { _ = try await door.enroll("device-2", secret) }
    }

    @Test(
        "S7: Without TLS there is no page, and without the right password only the words of NDES",
        arguments: [nil, "mdm:wrong", "nobody:x"])
    func strangers(_ login: String?) async throws {
        let door = try await Door()
        #expect(try await door.ask(isTLS: false).status == 404)
        let refused = try await door.ask(login: login)
        #expect(refused.status == 401 && refused.headers[.wwwAuthenticate]?.hasPrefix("Basic") == true)
        #expect(String(decoding: refused.body, as: UTF8.self).contains("You do not have sufficient permission to enroll with SCEP."))
        #expect(try await door.ca.services.challenges.list().isEmpty)
    }

    @Test("S7: each password that is made stands in the audit log with who fetched it from where, in the transaction that keeps its hash")
    func audited() async throws {
        let door = try await Door()
        let secret = try Self.password(in: String(decoding: try await door.ask().body, as: UTF8.self))
        _ = try await door.ask(login: "mdm:wrong")
        let log = try #require(try await door.ca.services.audit.lines(after: 0, through: .max)).text
        let lines = log.split(separator: "\n")
        let made = lines.filter { $0.contains("\"event\":\"challengeMade\"") }
        let id = try #require(try await door.ca.services.challenges.list().first?.id.description)
        #expect(made.count == 1 && made[0].contains("\"principal\":\"user:mdm\"") && made[0].contains("\"peer\":\"192.0.2.1\""))
        #expect(made.first?.contains(id) == true && lines.allSatisfy { !$0.contains(secret) })
    }

    @Test("As the real one writes it: UTF-16 without a mark, 16 digits")
    func likeTheRealOne() async throws {
        let door = try await Door()
        try await door.option {
            $0.ndes.encoding = .utf16le
            $0.ndes.shortPasswords = true
        }
        let answer = try await door.ask()
        #expect(answer.headers[.contentType] == "text/html" && answer.body.starts(with: [0x3C, 0x00, 0x48, 0x00]))
        let html = try #require(String(data: Data(answer.body), encoding: .utf16LittleEndian))
        #expect(try Self.password(in: html).count == 16)
    }

    @Test("The cache of passwords has a limit, which an expired password leaves")
    func cache() async throws {
        let door = try await Door()
        try await door.option { $0.ndes.cachedPasswords = 2 }
        for _ in 0..<2 { #expect(try await door.ask().status == 200) }
        #expect(String(decoding: try await door.ask().body, as: UTF8.self).contains("The password cache is full."))
        door.ca.clock.advance(by: 3601)
        #expect(String(decoding: try await door.ask().body, as: UTF8.self).contains("challenge password is"))
    }

    @Test("Short passwords are good for an hour at most")
    func shortMeansSoon() throws {
        var bag = EndpointOptions()
        try bag.assign(.flag(true), at: "ndes.shortPasswords")
        _ = try bag.decode(over: SCEPOptions())
        try bag.assign(.integer(61), at: "ndes.validMinutes")
        #expect(throws: FormatError.self) { _ = try bag.decode(over: SCEPOptions()) }
    }

    @Test("A SCEPChallenge event is answered with the challenge alone, bound to its device where that is set")
    func hook() async throws {
        let door = try await Door()
        let event = """
            {"webhook":{"webhookEvent":"SCEPChallenge","id":1,"name":"x","eventTimestamp":1757435578},
             "event":{"scepServerUrl":"https://ca.test/scep/default","payloadIdentifier":"p","device":{"uuid":"u","serialNumber":"device-7"}}}
            """
        try await door.option { $0.bindsChallengeToDevice = true }
        let answer = try await door.ask("/scep/default/challenge", post: event)
        #expect(answer.status == 200 && answer.headers[.contentType] == "text/plain")
        let secret = String(decoding: answer.body, as: UTF8.self)
        #expect(secret.utf8.count == 32)
        await #expect(throws: Refusal.self) { _ = try await door.enroll("device-8", secret) }
        guard case .released = try await door.enroll("device-7", secret) else { throw CommandFailure("not released") }
        #expect(try await door.ask("/scep/default/challenge", post: "{}").status == 400)
        #expect(try await door.ask("/scep/default/challenge", login: "mdm:wrong", post: event).status == 401)
    }

    @Test("The template follows the key usage that is asked for, unless the request names one")
    func templates() async throws {
        var templates = NDESOptions.Templates()
        templates.signature = "s"
        templates.encryption = "e"
        templates.general = "g"
        let key = try SoftwareKey.generate(.p256)
        for (usage, name) in [
            (KeyUsage.digitalSignature, "s"), (.keyEncipherment, "e"), ([.digitalSignature, .keyEncipherment], "g"), ([], "g"),
        ] as [(KeyUsage, String)] {
            let extensions = usage.isEmpty ? [] : [Extensions.keyUsage(usage)]
            #expect(templates.name(for: try await TestCA.request(key, commonName: "a", extensions: extensions)) == name)
        }
        let named = try await TestCA.request(key, commonName: "a", extensions: [Extensions.microsoftTemplateName("own")])
        #expect(templates.name(for: named) == nil)
        #expect(NDESOptions.Templates().name(for: named) == nil)
    }
}
