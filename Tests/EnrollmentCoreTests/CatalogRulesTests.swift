import EnrollmentCore
import Foundation
import TestSupport
import Testing

/// Configurations that are refused, each with its reason.
@Suite struct CatalogRulesTests {
    private let templates = DefaultTemplates.all

    private func problems(_ endpoints: [Endpoint], templates: [Template]? = nil, challenges: [ChallengeStore.Challenge] = []) throws
        -> [String]
    {
        let old = try DefaultEndpoints.make()
        let all = endpoints + old.filter { one in !endpoints.contains { $0.name == one.name } }
        return CatalogRules(authorities: ["root", "issuing"], staticChallenges: challenges).problems(
            endpoints: all, templates: templates ?? self.templates, old: old
        ).map(\.description)
    }

    private func endpoint(
        authenticators: [AuthenticatorKind] = [.challenge], requires: Set<Fact.Kind> = [.knowsChallenge],
        templates: [String] = ["device-8021x"],
        disposition: PolicyRule.Disposition = .issue, _ change: (inout Endpoint) -> Void = { _ in }
    ) throws -> Endpoint {
        var endpoint = Endpoint(
            name: "wifi", label: "wifi", protocolName: .scep, authority: "issuing", bindings: [.init(authenticators: authenticators)],
            policy: Policy(rules: [try PolicyRule(name: "r", requires: requires, templates: templates, disposition: disposition)]))
        change(&endpoint)
        return endpoint
    }

    @Test func whatInitWritesIsInOrder() throws {
        #expect(try problems([]) == [])
        #expect(try problems([endpoint()]) == [])
    }

    @Test func requirement8_anEndpointWithoutAnAuthenticatorIsRefused() throws {
        #expect(try problems([endpoint(authenticators: [])]).contains { $0.contains("whoever reaches the endpoint would be let in") })
        #expect(try problems([endpoint { $0.bindings = [] }]).contains { $0.contains("the binding 'default' is missing") })
    }

    @Test func requirement8_aStaticChallengeForAnyNameIsRefusedWhereNobodyLooks() async throws {
        let ca = try await TestCA.found()
        _ = try await ca.challenge("wifi", covers: ["dns:*.*", "*"])
        let challenges = try await ca.services.challenges.list()
        #expect(try problems([endpoint()], challenges: challenges).contains { $0.contains("for any name") })
        #expect(try problems([endpoint(disposition: .hold(reason: "an operator decides"))], challenges: challenges) == [])
    }

    @Test func aRuleNeedsWhatItsEndpointCanProveAndTemplatesThatExist() throws {
        #expect(
            try problems([endpoint(requires: [.knowsPassword])]).contains {
                $0.contains("no authenticator of this endpoint proves knowsPassword")
            })
        #expect(try problems([endpoint(templates: ["nowhere"])]).contains { $0.contains("there is no template 'nowhere'") })
        #expect(try problems([endpoint(authenticators: [.challenge, .acme])]).contains { $0.contains("acme does not come with scep") })
    }

    @Test func requirement4_noNetworkHandsOutACAOrPowerOverOthers() throws {
        #expect(try problems([endpoint(templates: ["issuing-ca"])]).contains { $0.contains("makes certificate authorities") })
        for purpose in ["1.3.6.1.5.5.7.3.9", "1.3.6.1.5.5.7.3.8", "1.3.6.1.4.1.311.20.2.1", "1.3.6.1.4.1.311.20.2.2", "2.5.29.37.0"] {
            var template = try #require(DefaultTemplates.forEnrollment.first)
            template.name = "power"
            template.extendedKeyUsages = [purpose]
            #expect(
                try problems([endpoint(templates: ["power"])], templates: templates + [template]).contains {
                    $0.contains("which nobody may enroll for by himself")
                }, "\(purpose)")
        }
    }

    @Test func theCAsOwnEndpointsDoNotChangeAndProtocolsStay() throws {
        var system = try #require(try DefaultEndpoints.make().first { $0.protocolName == .system })
        system.renewsFrom = ["scep-default"]
        #expect(try problems([system]).contains { $0.contains("this does not change") })
        var scep = try #require(try DefaultEndpoints.make().first { $0.name == DefaultEndpoints.scep })
        scep.protocolName = .est
        #expect(try problems([scep]).contains { $0.contains("an endpoint keeps its protocol") })
        #expect(try problems([endpoint { $0.protocolName = .system }]).contains { $0.contains("there is one such endpoint") })
    }

    @Test func namesLabelsAndAuthoritiesAreChecked() throws {
        #expect(try problems([endpoint { $0.name = "../x" }]).contains { $0.contains("is no name") })
        #expect(
            try problems([endpoint { $0.label = "default" }]).contains {
                $0.contains("names scep-default too") || $0.contains("names wifi too")
            })
        #expect(try problems([endpoint { $0.authority = "nobody" }]).contains { $0.contains("choose one of issuing, root") })
        #expect(try problems([endpoint { $0.renewsFrom = ["x"] }]).contains { $0.contains("there is no endpoint 'x'") })
    }

    @Test func aTemplateIsCheckedFieldByField() throws {
        func complaints(_ change: (inout Template) -> Void) throws -> [String] {
            var template = try #require(DefaultTemplates.forEnrollment.first)
            template.name = "odd"
            change(&template)
            return try problems([], templates: templates + [template])
        }
        #expect(try complaints { _ in }.isEmpty)
        #expect(try complaints { $0.keyUsage = ["digitalSignatur"] }.contains { $0.contains("there is no key usage 'digitalSignatur'") })
        #expect(try complaints { $0.keyUsage = ["keyCertSign"] }.contains { $0.contains("go together") })
        #expect(try complaints { $0.lifetime = 1 }.contains { $0.contains("lifetime") })
        #expect(try complaints { $0.backdating = 90_000 }.contains { $0.contains("less than a day") })
        #expect(try complaints { $0.renewalWindow = $0.lifetime }.contains { $0.contains("shorter than the lifetime") })
        #expect(try complaints { $0.allowedKeys = [] }.contains { $0.contains("allowedKeys") })
        #expect(try complaints { $0.extendedKeyUsages = ["2.5.29.37.0"] }.contains { $0.contains("good for everything") })
    }
}
