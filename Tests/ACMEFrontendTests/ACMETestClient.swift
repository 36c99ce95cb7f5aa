import ACMEWire
import Foundation
import PKIFormats
import SigningKeys
import TestSupport
import Testing

/// An ACME client that can also do everything wrong.
struct ACMETestClient {
    let server: ACMETestServer
    let key: ACMETestKey
    /// The label of the directory it uses.
    var directory = "default"
    /// The account's URL once registered.
    var account = ""

    static let directoryURL = "\(ACMETestServer.base)/acme/default/directory"
    static func url(_ path: String) -> String { "\(ACMETestServer.base)/acme/default/\(path)" }

    init(_ server: ACMETestServer, key: ACMETestKey = .fresh()) {
        self.server = server
        self.key = key
    }

    /// A client with an account.
    static func registered(
        at server: ACMETestServer, key: ACMETestKey = .fresh(), directory: String = "default"
    ) async throws -> ACMETestClient {
        var client = ACMETestClient(server, key: key)
        client.directory = directory
        let answer = try await client.post(
            client.own("new-account"), ["termsOfServiceAgreed": true, "contact": ["mailto:a@example.com"]], withJWK: true)
        try #require(answer.status == 201)
        client.account = answer.location
        return client
    }

    /// The same account at another node.
    func at(_ node: ACMETestServer) -> ACMETestClient {
        var client = ACMETestClient(node, key: key)
        client.directory = directory
        client.account = account
        return client
    }

    func nonce() async throws -> String { try #require(try await server.send(.head, Self.url("new-nonce")).nonce) }

    /// A signed request; each part can be replaced by a wrong one. A nil payload is POST-as-GET.
    func post(
        _ url: String, _ payload: Any?, withJWK: Bool = false, header changes: [String: Any?] = [:], signer: ACMETestKey? = nil,
        contentType: String = "application/jose+json"
    ) async throws -> ACMETestServer.Answer {
        var header: [String: Any?] = ["nonce": try await nonce(), "url": url]
        header.merge(withJWK ? ["jwk": key.jwk] : ["kid": account]) { $1 }
        header.merge(changes) { $1 }
        let body = try await jws(header, payload: payload.map { try JSONSerialization.data(withJSONObject: $0) } ?? Data(), signer: signer)
        return try await server.send(.post, url, body: Array(body), contentType: contentType)
    }

    func get(_ url: String) async throws -> ACMETestServer.Answer { try await post(url, nil) }

    func jws(_ header: [String: Any?], payload: Data, signer: ACMETestKey? = nil) async throws -> Data {
        let signer = signer ?? key
        var header = header
        if !header.keys.contains("alg") { header["alg"] = signer.algorithm }
        let protected = Base64URL.encode(try JSONSerialization.data(withJSONObject: header.compactMapValues { $0 }))
        let payload = Base64URL.encode(payload)
        let signature = Base64URL.encode(try await signer.sign(Array("\(protected).\(payload)".utf8)))
        return try JSONSerialization.data(withJSONObject: ["protected": protected, "payload": payload, "signature": signature])
    }

    private func own(_ path: String) -> String { "\(ACMETestServer.base)/acme/\(directory)/\(path)" }

    func order(_ names: [String], type: String = "dns") async throws -> ACMETestServer.Answer {
        try await post(own("new-order"), ["identifiers": names.map { ["type": type, "value": $0] }])
    }

    /// Lets each host answer its challenge, starts them, and waits until the order is ready.
    func satisfy(_ order: ACMETestServer.Answer) async throws {
        for url in order.list("authorizations") {
            let authorization = try await get(url)
            let challenge = try challenge(of: authorization)
            let identifier = try #require(authorization.json["identifier"] as? [String: String])
            let token = challenge["token"] ?? ""
            server.publish(
                "\(token).\(key.thumbprint)\n", at: "http://\(identifier["value"] ?? ""):5002/.well-known/acme-challenge/\(token)")
            #expect(try await post(challenge["url"] ?? "", [String: String]()).status == 200)
            _ = try await settled(url)
        }
    }

    func challenge(of authorization: ACMETestServer.Answer) throws -> [String: String] {
        let challenges = try #require(authorization.json["challenges"] as? [[String: Any]])
        let challenge = try #require(challenges.first { $0["type"] as? String == "http-01" })
        return challenge.compactMapValues { $0 as? String }
    }

    /// Polls until the resource is neither pending nor processing.
    func settled(_ url: String) async throws -> ACMETestServer.Answer {
        for _ in 0..<200 {
            let answer = try await get(url)
            guard ["pending", "processing"].contains(answer.text("status")) else { return answer }
            try await Task.sleep(for: .milliseconds(10))
        }
        return try await get(url)
    }

    func ready(_ names: [String]) async throws -> ACMETestServer.Answer {
        let order = try await order(names)
        try #require(order.status == 201)
        try await satisfy(order)
        return order
    }

    func finalize(_ order: ACMETestServer.Answer, _ csr: CertificationRequest) async throws -> ACMETestServer.Answer {
        try await post(order.text("finalize"), ["csr": Base64URL.encode(csr.der)])
    }

    /// From order to certificates.
    func enroll(_ names: [String], key: SoftwareKey) async throws -> [Certificate] {
        let order = try await ready(names)
        let csr = try await TestCA.request(key, commonName: nil, names: names.map { .dns($0) })
        let final = try await finalize(order, csr)
        #expect(final.text("status") == "valid", "\(final.detail)")
        return try await certificates(final)
    }

    func certificates(_ order: ACMETestServer.Answer) async throws -> [Certificate] {
        let answer = try await get(order.text("certificate"))
        try #require(answer.status == 200)
        #expect(answer.headers[.contentType] == "application/pem-certificate-chain")
        return try Certificate.decodePEMBundle(String(decoding: answer.body, as: UTF8.self))
    }
}
