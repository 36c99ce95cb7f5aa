import EnrollmentCore
import Foundation
import PKIFormats
import TestSupport
import Testing

@Suite struct PolicyConditionTests {
    /// A SCEP endpoint with these rules, as a file has them.
    private func endpoint(_ rules: String) throws -> Endpoint {
        try JSONDecoder().decode(
            Endpoint.self,
            from: Data(
                #"{"name":"ruled","protocol":"scep","bindings":[{"authenticators":["challenge"]}],"policy":{"rules":[\#(rules)]}}"#.utf8))
    }

    private func rule(_ name: String, _ conditions: String, templates: String = #"["device-8021x"]"#, more: String = "") -> String {
        #"{"name":"\#(name)","requires":["knowsChallenge"],"when":{\#(conditions)},"templates":\#(templates)\#(more)}"#
    }

    private func ca(_ rules: String...) async throws -> (TestCA, secret: String) {
        let ca = try await TestCA.found()
        try await ca.services.catalog.add(endpoints: [endpoint(rules.joined(separator: ","))], templates: [], at: ca.clock.now)
        return (ca, try await ca.challenge("ruled", covers: ["*.lab.test", "*.other.test"]))
    }

    private func request(_ name: String) async throws -> CertificationRequest {
        try await TestCA.request(try .generate(.p256), commonName: name, names: [.dns(name)])
    }

    @Test func aRuleForANetworkDecidesForThatNetworkAlone() async throws {
        let (ca, secret) = try await ca(rule("lab", #""peers":["127.0.0.0/8"]"#))
        _ = try await ca.released(request("a.lab.test"), [ChallengeCredential(secret: secret)], endpoint: "ruled")
        let (other, otherSecret) = try await self.ca(rule("lab", #""peers":["10.0.0.0/8","fd00::/8"]"#))
        await other.expect(
            .notAuthorized, try await request("a.lab.test"), [ChallengeCredential(secret: otherSecret)], endpoint: "ruled")
    }

    @Test func ranges() {
        #expect(NetworkRange("10.0.0.0/8")?.contains("10.255.1.2") == true)
        #expect(NetworkRange("10.0.0.0/8")?.contains("11.0.0.1") == false)
        #expect(NetworkRange("10.0.0.0/8")?.contains("::ffff:10.1.1.1") == true)
        #expect(NetworkRange("fd00::/8")?.contains("fdab::1") == true)
        #expect(NetworkRange("192.0.2.7")?.contains("192.0.2.7") == true)
        #expect(NetworkRange("0.0.0.0/0")?.contains("::1") == false)
        #expect(NetworkRange("10.0.0.0/8")?.contains("uid:0") == false)
        for text in ["10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/", "ten", "", "10.0.0.0/8/8", "10.0.0.0/-1"] {
            #expect(NetworkRange(text) == nil, "\(text)")
        }
    }

    @Test func namesAndKeysChooseTheTemplateAndTheTrailSaysWhyARuleWasPassedOver() async throws {
        let (ca, secret) = try await ca(
            rule("servers", #""names":["*.other.test"]"#, templates: #"["tls-server"]"#), rule("rsa", #""keys":["rsa2048"]"#),
            rule("lab", #""names":["*.lab.test"],"keys":["p256"]"#))
        func template(_ name: String) async throws -> (String, Trail) {
            let issued = try await ca.released(request(name), [ChallengeCredential(secret: secret)], endpoint: "ruled")
            let record = try #require(try await ca.services.search.issuance(serialNumber: issued.certificate.serialNumber))
            return (record.template, try #require(try await ca.services.search.transaction(issued.id)).trail)
        }
        #expect(try await template("a.other.test").0 == "tls-server")
        let (chosen, trail) = try await template("a.lab.test")
        #expect(chosen == "device-8021x")
        let text = trail.entries.map(\.text).joined(separator: "\n")
        #expect(text.contains("rule 'servers' passed over: the common name 'a.lab.test' is not among *.other.test"))
        #expect(text.contains("rule 'rsa' passed over: a"))
    }

    @Test func aRefusingRuleBeforeTheOthersAndItsText() async throws {
        let (ca, secret) = try await ca(
            #"{"name":"closed","when":{"names":["*.other.test"]},"disposition":{"refuse":{"text":"ask the help desk"}}}"#, rule("all", ""))
        _ = try await ca.released(request("a.lab.test"), [ChallengeCredential(secret: secret)], endpoint: "ruled")
        let refused = ca.issuanceRequest(
            try await request("a.other.test"), credentials: [ChallengeCredential(secret: secret)], endpoint: "ruled")
        let refusal = await #expect(throws: Refusal.self) { try await ca.services.pipeline.process(refused) }
        #expect(refusal?.publicText == "ask the help desk")
    }

    @Test func hoursAreUTCAndAWindowMayGoOverMidnight() throws {
        func window(_ text: String) throws -> TimeWindow { try JSONDecoder().decode(TimeWindow.self, from: Data(text.utf8)) }
        // Sunday.
        let noon = try Date("2026-11-22T12:00:00Z", strategy: .iso8601)
        #expect(try window(#"{"days":["sun"]}"#).contains(noon))
        #expect(try !window(#"{"days":["mon","sat"]}"#).contains(noon))
        #expect(try window(#"{"from":"08:00","to":"18:00"}"#).contains(noon))
        #expect(try !window(#"{"from":"12:01","to":"18:00"}"#).contains(noon))
        #expect(try !window(#"{"from":"22:00","to":"06:00"}"#).contains(noon))
        #expect(try window(#"{"from":"22:00","to":"06:00"}"#).contains(noon.addingTimeInterval(11 * 3600)))
        #expect(try !window(#"{"until":"2026-11-22T12:00:00Z"}"#).contains(noon))
        #expect(try window(#"{"since":"2026-11-22T12:00:00Z"}"#).contains(noon))
        for text in [#"{"from":"8:00","to":"18:00"}"#, #"{"from":"08:00"}"#, #"{"until":"soon"}"#, #"{"days":[]}"#] {
            #expect(throws: DecodingError.self) { try window(text) }
        }
    }

    @Test func aRateLetsSoManyPassAndNoMoreUntilItsWindowIsOver() async throws {
        let (ca, secret) = try await ca(rule("few", #""rate":{"count":2,"within":"1h"}"#))
        for name in ["a.lab.test", "b.lab.test"] {
            _ = try await ca.released(request(name), [ChallengeCredential(secret: secret)], endpoint: "ruled")
        }
        await ca.expect(.rateLimited, try await request("c.lab.test"), [ChallengeCredential(secret: secret)], endpoint: "ruled")
        // Another principal has a rate of its own.
        let other = try await ca.challenge("ruled", covers: ["*.lab.test"])
        _ = try await ca.released(request("d.lab.test"), [ChallengeCredential(secret: other)], endpoint: "ruled")
        ca.clock.advance(by: 3601)
        _ = try await ca.released(request("e.lab.test"), [ChallengeCredential(secret: secret)], endpoint: "ruled")
    }

    @Test func ofManyAtOnceNoMoreThanTheRatePass() async throws {
        let (ca, secret) = try await ca(rule("few", #""rate":{"count":3,"within":"1h","per":"endpoint"}"#))
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for index in 0..<8 {
                group.addTask {
                    guard let request = try? await request("n\(index).lab.test") else { return false }
                    return (try? await ca.released(request, [ChallengeCredential(secret: secret)], endpoint: "ruled")) != nil
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count { $0 } == 3)
        #expect(try await ca.enrolled().count == 3)
    }

    @Test func anApprovalAsksTheConditionsAsTheRequestCame() async throws {
        let (ca, secret) = try await ca(
            rule("office", #""peers":["10.0.0.0/8"]"#, templates: #"["tls-server"]"#),
            rule(
                "night", #""peers":["127.0.0.1"],"rate":{"count":1,"within":"1h"}"#,
                more: #","disposition":{"hold":{"reason":"wait","approvals":2}}"#))
        let outcome = try await ca.services.pipeline.process(
            ca.issuanceRequest(request("a.lab.test"), credentials: [ChallengeCredential(secret: secret)], endpoint: "ruled"))
        guard case .pending(let pending) = outcome else { throw Unexpected("released") }
        let approvals = ca.services.approvals
        guard case .waiting(1) = try await approvals.approve(pending.reference, by: .init(userID: 1, vouchesFor: []), comment: nil) else {
            throw Unexpected("released")
        }
        guard
            case .released(let issued) = try await approvals.approve(pending.reference, by: .init(userID: 2, vouchesFor: []), comment: nil)
        else { throw Unexpected("waiting") }
        let record = try await ca.services.search.issuance(serialNumber: issued.certificate.serialNumber)
        #expect(record?.template == "device-8021x", "not the office's")
    }
}
