import EnrollmentCore
import Foundation
import TestSupport
import Testing

@Suite struct CatalogTests {
    @Test func rowsOfEarlierVersionsAreReadOn() throws {
        let endpoint = try JSONDecoder().decode(
            Endpoint.self,
            from: Data(
                #"{"authority":"issuing","bindings":[{"authenticators":["challenge"],"name":"default"}],"isEnabled":true,"label":"default","name":"scep-default","policy":{"rules":[{"disposition":{"hold":{"approvals":2,"reason":"why"}},"name":"a","requires":["knowsChallenge"],"templates":["t"]},{"disposition":{"issue":{}},"name":"b","requires":["knowsChallenge"],"templates":["t"]}]},"protocolName":"scep","renewsFrom":[]}"#
                    .utf8))
        #expect(endpoint.version == 1 && endpoint.protocolName == .scep)
        #expect(endpoint.policy.rules.map(\.disposition) == [.hold(reason: "why", approvals: 2), .issue])
        let template = try JSONDecoder().decode(
            Template.self,
            from: Data(
                #"{"addsCommonNameToDNS":false,"allowedKeys":["p256"],"backdating":300,"basicConstraints":{"authority":{"pathLength":0}},"carriesCRLDistributionPoint":true,"carriesOCSP":false,"carriesOCSPNoCheck":false,"carriesTemplateName":false,"extendedKeyUsages":["1.3.6.1.5.5.7.3.1"],"fillsCommonName":false,"keyUsage":["keyCertSign"],"lifetime":86400,"minimumLifetime":3600,"name":"t","nameTypes":["dns"],"renewalWindow":28800,"requiresAlternativeName":false,"title":"T","version":3}"#
                    .utf8))
        #expect(template.version == 3 && template.basicConstraints == .authority(pathLength: 0))
        #expect(template.nameTypes == [.dns] && template.extendedKeyUsages == ["1.3.6.1.5.5.7.3.1"] && template.lifetime == 86_400)
    }

    @Test func theDefaultsSurviveWritingAndReading() throws {
        for endpoint in try DefaultEndpoints.make() {
            #expect(try JSONDecoder().decode(Endpoint.self, from: JSONEncoder().encode(endpoint)) == endpoint)
        }
        for template in DefaultTemplates.all {
            #expect(try JSONDecoder().decode(Template.self, from: JSONEncoder().encode(template)) == template)
        }
    }

    @Test func anUnknownKeyIsRefusedWhereverItStands() {
        for (type, text) in [
            (Endpoint.self as any Decodable.Type, #"{"name":"e","protocol":"scep","policy":{"rules":[]},"enabld":false}"#),
            (PolicyRule.self, #"{"name":"r","requires":["knowsChallenge"],"templates":["t"],"wen":{}}"#),
            (
                PolicyRule.self,
                #"{"name":"r","requires":["knowsChallenge"],"templates":["t"],"disposition":{"hold":{"reason":"x","aprovals":2}}}"#
            ),
            (Template.self, #"{"name":"t","keyUsage":["digitalSignature"],"lifetime":"1d","nameTyps":["dns"]}"#),
        ] { #expect(throws: DecodingError.self) { try JSONDecoder().decode(type, from: Data(text.utf8)) } }
    }

    @Test func aRuleThatLetsInWithoutAProofCannotBeReadBack() {
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(PolicyRule.self, from: Data(#"{"name":"r","requires":[],"templates":["t"]}"#.utf8))
        }
    }

    @Test func aChangeIsANewVersionAndWhatWasIssuedKeepsItsOwn() async throws {
        let ca = try await TestCA.found()
        let secret = try await ca.challenge(covers: ["*.lab.test"])
        let first = try await TestCA.request(try .generate(.p256), commonName: "a.lab.test")
        _ = try await ca.released(first, [ChallengeCredential(secret: secret)])

        let catalog = ca.services.catalog
        var template = try #require(catalog.template(named: "device-8021x"))
        template.lifetime = 86_400
        template.renewalWindow = 3600
        let changed = try await catalog.apply(endpoints: [], templates: [template], at: ca.clock.now)
        #expect(changed.templates.map(\.version) == [2])
        #expect(
            try await catalog.apply(endpoints: [], templates: [template], at: ca.clock.now).templates.isEmpty,
            "applying again changes nothing")

        let second = try await TestCA.request(try .generate(.p256), commonName: "b.lab.test")
        _ = try await ca.released(second, [ChallengeCredential(secret: secret)])
        let records = try await ca.enrolled().sorted { $0.subject < $1.subject }
        #expect(records.map(\.templateVersion) == [1, 2])
        #expect(try await catalog.template(named: "device-8021x", version: 1)?.lifetime == 365 * 86_400)
        #expect(try await catalog.template(named: "device-8021x", version: 2)?.lifetime == 86_400)
    }

    @Test func everyChangeOfAnEndpointIsAVersionAndTheTrailNamesIt() async throws {
        let ca = try await TestCA.found()
        let catalog = ca.services.catalog
        try await catalog.setDisposition(.hold(reason: "wait"), endpoint: DefaultEndpoints.scep)
        try await catalog.setDisposition(.issue, endpoint: DefaultEndpoints.scep)
        let versions = try await catalog.versions(ofEndpoint: DefaultEndpoints.scep)
        #expect(versions.map(\.version) == [1, 2, 3])
        #expect(versions[1].policy.rules.allSatisfy { $0.disposition == .hold(reason: "wait") })
        let secret = try await ca.challenge(covers: ["*.lab.test"])
        let issuance = try await ca.released(
            TestCA.request(try .generate(.p256), commonName: "a.lab.test"), [ChallengeCredential(secret: secret)])
        let trail = try #require(try await ca.services.search.transaction(issuance.id)).trail
        #expect(trail.entries.contains { $0.text.contains("scep-default version 3 gives template device-8021x version 1") })
    }

    @Test func ofTwoWhoChangeTheSameThingAtOnceOneIsToldSo() async throws {
        let ca = try await TestCA.found()
        let database = ca.services.database
        // Two nodes, each with its own memory of the catalog.
        let (one, two) = (Catalog(database: database), Catalog(database: database))
        try await one.reload()
        try await two.reload()
        try await one.setDisposition(.hold(reason: "one"), endpoint: DefaultEndpoints.scep)
        await #expect(throws: (any Error).self) { try await two.setDisposition(.hold(reason: "two"), endpoint: DefaultEndpoints.scep) }
        try await two.reload()
        #expect(two.endpoint(named: DefaultEndpoints.scep)?.policy.rules.first?.disposition == .hold(reason: "one"))
    }
}
