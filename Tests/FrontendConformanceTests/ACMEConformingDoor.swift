import ACMEWire
import EnrollmentCore
import Foundation
import PKIFormats
import Persistence
import TestSupport

@testable import ACMEFrontendTests

struct ACMEConformingDoor: ConformingDoor {
    static let name = "ACME"
    static let errors: [Situation: DoorAnswer] = [
        .badSignature: .refused("badCSR"), .weakKey: .refused("badCSR"), .wouldBeCA: .refused("badCSR"), .uncoveredName: .refused("badCSR"),
        .oversized: .refused("malformed"), .notARequest: .refused("badCSR"),
        .wrongCredential: .refused("malformed"), .missingCredential: .refused("malformed"), .overloaded: .pending,
        .garbled: .refused("malformed"),
    ]

    private let server: ACMETestServer
    let endpoint = DefaultEndpoints.acme
    var database: any Database { server.ca.services.database }
    var catalog: Catalog { server.ca.services.catalog }

    init(isOverloaded: Bool) async throws {
        server = try await ACMETestServer()
        server.ca.issuingKey.isOverloaded = isOverloaded
    }

    func knock(_ wish: Wish, showing: Showing, times: Int) async throws -> [DoorAnswer] {
        let csr = try await wish.certificationRequest()
        return try await finalize(csr.der, showing: showing, times: times)
    }

    func knock(bytes: [UInt8]) async throws -> DoorAnswer {
        guard let answer = try await finalize(bytes, showing: .right, times: 1).first else { throw CommandFailure("no answer") }
        return answer
    }

    func garble() async throws -> DoorAnswer {
        try await read(
            server.send(.post, ACMETestClient.url("new-order"), body: Array("{".utf8), contentType: "application/jose+json"),
            ACMETestClient(server))
    }

    /// Orders `device-7.lab.test`, proves control, and finalizes that one order as often as told.
    private func finalize(_ csr: [UInt8], showing: Showing, times: Int) async throws -> [DoorAnswer] {
        let owner = try await ACMETestClient.registered(at: server)
        let order = try await owner.ready(["device-7.lab.test"])
        let payload = ["csr": Base64URL.encode(csr)]
        var answers: [DoorAnswer] = []
        for _ in 0..<times {
            switch showing {
            case .right: answers.append(try await read(owner.post(order.text("finalize"), payload), owner))
            case .wrong:
                let stranger = try await ACMETestClient.registered(at: server)
                answers.append(try await read(stranger.post(order.text("finalize"), payload), stranger))
            case .missing:
                let body = try JSONSerialization.data(withJSONObject: payload)
                answers.append(
                    try await read(
                        server.send(.post, order.text("finalize"), body: Array(body), contentType: "application/jose+json"), owner))
            }
        }
        return answers
    }

    private func read(_ answer: ACMETestServer.Answer, _ client: ACMETestClient) async throws -> DoorAnswer {
        guard answer.status == 200 else { return .refused(answer.problem) }
        switch answer.text("status") {
        case "valid": return try await client.certificates(answer).first.map { .released($0) } ?? .refused("no certificate")
        case "processing": return .pending
        case let status: return .refused(status)
        }
    }
}
