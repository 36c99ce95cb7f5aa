import ESTFrontend
import ESTWire
import EnrollmentCore
import Foundation
import HTTPTransport
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import PKIFormats
import SigningKeys
import TestSupport

/// A CA with its EST door, asked in process, and a user who covers `*.test` and `device-*`.
struct ESTDoor: Sendable {
    struct Answer: Sendable {
        let status: Int
        let headers: HTTPFields
        let body: String

        var contentType: String? { headers[.contentType] }

        /// The certificates of a certs-only body.
        var certificates: [Certificate] {
            get throws {
                guard let der = Data(base64Encoded: body, options: .ignoreUnknownCharacters) else {
                    throw CommandFailure("no base64: \(body)")
                }
                return try CMSSignedData(ber: [UInt8](der)).certificates
            }
        }
    }

    static let user = "estuser"
    static let password = "correct horse battery"

    let ca: TestCA
    private let http: InProcessHTTP

    init() async throws {
        ca = try await TestCA.found()
        try await ca.services.users.add(
            Self.user, endpoint: DefaultEndpoints.est, password: Self.password, covers: [NamePattern("*.test"), NamePattern("device-*")])
        try await ca.services.catalog.add(
            endpoints: [
                Endpoint(
                    name: "est-held", label: "held", protocolName: .est, authority: DefaultEndpoints.issuingAuthority,
                    bindings: [.init(authenticators: [.password, .certificate])],
                    policy: Policy(rules: [
                        PolicyRule(
                            name: "hold", requires: [.knowsPassword], templates: ["tls-server"],
                            disposition: .hold(reason: "a person looks at this"))
                    ]))
            ], templates: [], at: ca.clock.now)
        let router = Router(context: TransportContext.self)
        ESTRoutes(services: ca.services).register(on: router)
        http = InProcessHTTP(ListenerRoutes(router))
    }

    /// Lets the user in at the label `held`, too.
    func admitAtHeld() async throws {
        try await ca.services.users.add(Self.user, endpoint: "est-held", password: Self.password, covers: [NamePattern("*.test")])
    }

    static let basic: HTTPFields = [.authorization: "Basic " + Data("\(user):\(password)".utf8).base64EncodedString()]

    func get(_ path: String, headers: HTTPFields = [:]) async throws -> Answer {
        try await send(HTTPRequest(method: .get, scheme: "https", authority: "est.test", path: path, headerFields: headers), [], [])
    }

    func post(
        _ path: String, _ body: [UInt8], headers: HTTPFields = ESTDoor.basic, type: String? = "application/pkcs10",
        clientCertificates: [Certificate] = []
    ) async throws -> Answer {
        var headers = headers
        headers[.contentType] = type
        return try await send(
            HTTPRequest(method: .post, scheme: "https", authority: "est.test", path: path, headerFields: headers), body, clientCertificates)
    }

    private func send(_ head: HTTPRequest, _ body: [UInt8], _ chain: [Certificate]) async throws -> Answer {
        let facts = ConnectionFacts(peerAddress: "192.0.2.7", isTLS: true, clientCertificates: chain.map(\.der))
        let answer = try await http.send(head, body: body, facts: facts)
        return Answer(status: answer.status, headers: answer.headers, body: String(decoding: answer.body, as: UTF8.self))
    }

    /// A base64 request in one line, as strongSwan sends it.
    func body(_ key: SoftwareKey, _ commonName: String?, _ names: [GeneralName] = []) async throws -> [UInt8] {
        Array(ESTBody.encode(try await TestCA.request(key, commonName: commonName, names: names).der, .oneLine).utf8)
    }

    /// Enrolls with the password.
    func enroll(_ key: SoftwareKey, _ commonName: String?, _ names: [GeneralName] = []) async throws -> Certificate {
        let answer = try await post("/.well-known/est/simpleenroll", body(key, commonName, names))
        guard answer.status == 200, let certificate = try answer.certificates.first else {
            throw CommandFailure("\(answer.status) \(answer.body)")
        }
        return certificate
    }

    /// Refusals in the trail with this code.
    func refusals(_ code: Refusal.Code) async throws -> Int {
        try await ca.services.search.transactions(.init(outcome: "refused")).count { $0.code == code.rawValue }
    }
}
