import EnrollmentCore
import Foundation
import PKIFormats
import TestSupport
import Testing

@Suite("Options of an endpoint")
struct EndpointOptionsTests {
    struct Inner: Codable, Sendable, Hashable {
        var depth = 1
        var name: String?
    }

    struct Sample: Codable, Sendable, Hashable {
        enum Choice: String, Codable { case one, two }
        var choice = Choice.one
        var flag = false
        var inner = Inner()
        var list = ["a"]
        var limit: Int?
    }

    static func options(_ json: String) throws -> EndpointOptions { try JSONDecoder().decode(EndpointOptions.self, from: Data(json.utf8)) }

    @Test("What is not set has its default, at every depth")
    func defaults() throws {
        #expect(try Self.options("{}").decode(over: Sample()) == Sample())
        var expected = Sample()
        expected.inner.depth = 7
        expected.limit = 3
        #expect(try Self.options(#"{"inner":{"depth":7},"limit":3}"#).decode(over: Sample()) == expected)
        expected.inner.name = "x"
        expected.choice = .two
        expected.list = []
        #expect(
            try Self.options(#"{"inner":{"depth":7,"name":"x"},"limit":3,"choice":"two","list":[]}"#).decode(over: Sample()) == expected)
    }

    @Test(
        "A name that is not known and a value that does not fit are refused, and the text names them",
        arguments: [
            (#"{"flags":true}"#, "flags"), (#"{"inner":{"breadth":1}}"#, "inner.breadth"), (#"{"flag":"yes"}"#, "flag"),
            (#"{"choice":"three"}"#, "choice"), (#"{"inner":{"depth":"deep"}}"#, "inner.depth"), (#"{"inner":4}"#, "inner"),
            (#"{"limit":"much"}"#, "limit"),
        ])
    func refusals(_ json: String, _ name: String) throws {
        let options = try Self.options(json)
        let error = #expect(throws: FormatError.self) { try options.decode(over: Sample()) }
        #expect(error?.structure == "option '\(name)'")
    }

    @Test("Options are set and reset by path")
    func paths() throws {
        var options = EndpointOptions()
        try options.assign(.integer(2), at: "inner.depth")
        try options.assign(.flag(true), at: "flag")
        #expect(try options == Self.options(#"{"inner":{"depth":2},"flag":true}"#))
        try options.assign(nil, at: "inner.depth")
        try options.assign(nil, at: "flag")
        #expect(options == EndpointOptions())
        #expect(throws: FormatError.self) { try options.assign(.flag(true), at: "") }
    }

    @Test("They are kept in the endpoint's row, survive a change of disposition, and a row without them reads as none")
    func stored() async throws {
        let ca = try await TestCA.found()
        let catalog = ca.services.catalog
        let name = try #require(catalog.endpoints.first).name
        #expect(catalog.endpoint(named: name)?.options == EndpointOptions())
        let options = try Self.options(#"{"flag":true}"#)
        try await catalog.setOptions(options, endpoint: name)
        try await catalog.setDisposition(.hold(reason: "people decide"), endpoint: name)
        #expect(catalog.endpoint(named: name)?.options == options)
        let endpoint = try #require(catalog.endpoint(named: name))
        #expect(try DecodedOptions(defaults: Sample()).options(of: endpoint).flag)
        let encoded = try JSONEncoder().encode(endpoint)
        var members = try #require(try JSONSerialization.jsonObject(with: encoded) as? [String: Any])
        members["options"] = nil
        let old = try JSONDecoder().decode(Endpoint.self, from: JSONSerialization.data(withJSONObject: members))
        #expect(old.options == EndpointOptions() && old.policy == endpoint.policy)
    }

    @Test("A front end that cannot read its options refuses as a fault of the server, and takes corrected ones at once")
    func decodedOnce() throws {
        let decoded = DecodedOptions(defaults: Sample())
        var endpoint = Endpoint(name: "x", label: "x", protocolName: .scep, authority: "issuing", bindings: [], policy: Policy(rules: []))
        endpoint.options = try Self.options(#"{"other":1}"#)
        let refusal = #expect(throws: Refusal.self) { try decoded.options(of: endpoint) }
        #expect(refusal?.code == .internalFault)
        endpoint.options = try Self.options(#"{"limit":1}"#)
        #expect(try decoded.options(of: endpoint).limit == 1)
    }
}
