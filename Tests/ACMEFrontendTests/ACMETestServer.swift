import ACMEFrontend
import EnrollmentCore
import Foundation
import HTTPTransport
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import PKIFormats
import Persistence
import Synchronization
import TestSupport
import Testing

/// A CA with an ACME door in this process, driven through the router; the network that http-01 sees is a table.
final class ACMETestServer: Sendable {
    static let base = "https://ca.test:8443"

    let ca: TestCA
    private let http: InProcessHTTP
    private let change: @Sendable (inout ACMEOptions) -> Void
    /// URL path to what the asked host answers; anything else is a refused connection.
    private let web: Web

    final class Web: Sendable {
        let pages = Mutex<[String: HTTP01Validator.Answer]>([:])
        let asked = Mutex<[String]>([])
    }

    struct Answer: Sendable {
        let status: Int
        let headers: HTTPFields
        let body: [UInt8]

        var json: [String: Any] { (try? JSONSerialization.jsonObject(with: Data(body))) as? [String: Any] ?? [:] }
        var nonce: String? { HTTPField.Name("Replay-Nonce").flatMap { headers[$0] } }
        var links: [String] { HTTPField.Name("Link").map { headers[values: $0] } ?? [] }
        var location: String { headers[.location] ?? "" }
        /// The problem's type without the common prefix.
        var problem: String { (json["type"] as? String ?? "none").replacingOccurrences(of: "urn:ietf:params:acme:error:", with: "") }
        var detail: String { json["detail"] as? String ?? "" }
        func text(_ member: String) -> String { json[member] as? String ?? "" }
        func list(_ member: String) -> [String] { json[member] as? [String] ?? [] }
    }

    /// - Parameter rules: real look-ups and connections under these rules instead of the table.
    convenience init(rules: AddressRules? = nil, change: @escaping @Sendable (inout ACMEOptions) -> Void = { _ in }) async throws {
        self.init(try await Self.ca(), Web(), rules: rules, change)
    }

    /// With something between the server and its database.
    static func on(_ wrap: (SQLiteDatabase) -> any Database) async throws -> ACMETestServer {
        ACMETestServer(try await ca(through: wrap), Web(), rules: nil, { _ in })
    }

    private static func ca(through wrap: (SQLiteDatabase) -> any Database = { $0 }) async throws -> TestCA {
        try await TestCA.found(migrations: ACMEMigrations.all, through: wrap) { database, _ in
            [.acme: ACMEAuthenticator(database: database)]
        }
    }

    /// Another node on the same database, which sees the same network; it takes no nonce of the first.
    func secondNode() -> ACMETestServer { ACMETestServer(ca, web, rules: nil, change) }

    private init(_ ca: TestCA, _ web: Web, rules: AddressRules?, _ change: @escaping @Sendable (inout ACMEOptions) -> Void) {
        self.ca = ca
        self.web = web
        self.change = change
        var options = ACMEOptions(baseURL: Self.base, http01Port: 5002, isLab: true)
        options.validationRetries = [0.01, 0.01]
        change(&options)
        let validator =
            rules.map { HTTP01Validator(port: 5002, outgoing: OutgoingHTTP(rules: $0)) }
            ?? HTTP01Validator(port: 5002) { url throws(OutgoingFailure) in
                web.asked.withLock { $0.append(url.absoluteString) }
                guard let answer = web.pages.withLock({ $0[url.absoluteString] }) else { throw .connection("refused") }
                return answer
            }
        var routes = ListenerRoutes()
        ACMERoutes(
            services: ca.services, options: options, validator: validator, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        .register(on: &routes)
        http = InProcessHTTP(routes)
    }

    /// Lets a host answer a challenge, from `place` when it redirects there.
    func publish(_ text: String, at url: String, status: Int = 200, redirectedTo place: String? = nil) {
        web.pages.withLock { $0[url] = .init(status: status, body: Array(text.utf8), urls: [url] + [place].compactMap { $0 }) }
    }

    /// The URLs that validation asked for.
    var asked: [String] { web.asked.withLock { $0 } }

    func send(
        _ method: HTTPRequest.Method, _ url: String, body: [UInt8] = [], contentType: String? = nil
    ) async throws -> Answer {
        var head = HTTPRequest(
            method: method, scheme: "https", authority: "ca.test:8443",
            path: url.hasPrefix(Self.base) ? String(url.dropFirst(Self.base.count)) : url)
        head.headerFields[.contentType] = contentType
        head.headerFields[.userAgent] = "acme-test"
        let answer = try await http.send(head, body: body, facts: ConnectionFacts(peerAddress: "192.0.2.1", isTLS: true))
        return Answer(status: answer.status, headers: answer.headers, body: answer.body)
    }

    /// A second ACME directory beside `default`.
    func addDirectory(_ label: String, disposition: PolicyRule.Disposition = .issue) async throws {
        let rule = try PolicyRule(name: "control", requires: [.controlsIdentifier], templates: ["tls-server"], disposition: disposition)
        try await ca.services.catalog.add(
            endpoints: [
                Endpoint(
                    name: "acme-\(label)", label: label, protocolName: .acme, authority: DefaultEndpoints.issuingAuthority,
                    bindings: [.init(authenticators: [.acme])], policy: Policy(rules: [rule]))
            ], templates: [], at: ca.clock.now)
    }

    /// Writes what a crash or another node would have left, and lets the time pass after which this node looks again.
    func tamper(_ sql: String) async throws {
        try await ca.services.database.write(Statement(sql))
        ca.clock.advance(by: 3)
    }

    /// Waits for work in the background to leave this many rows.
    func until(_ query: String, has count: Int) async throws {
        for _ in 0..<100 where try await ca.services.database.read(query, []).count != count {
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(try await ca.services.database.read(query, []).count == count, "\(query)")
    }

    func transactions() async throws -> [Row] {
        try await ca.services.database.read("SELECT * FROM transactions WHERE endpoint = 'acme-default' ORDER BY id", [])
    }

    func issuances() async throws -> Int {
        Int(
            try await ca.services.database.read("SELECT COUNT(*) AS n FROM issuances WHERE endpoint = 'acme-default'", []).first?.integer(
                "n") ?? 0)
    }
}
