import EnrollmentCore
import PKIFormats
import Persistence
import TestSupport

@testable import SCEPFrontendTests

struct SCEPConformingDoor: ConformingDoor {
    static let name = "SCEP"
    static let errors: [Situation: DoorAnswer] = [
        .badSignature: .refused("badMessageCheck"), .weakKey: .refused("badRequest"), .wouldBeCA: .refused("badRequest"),
        .uncoveredName: .refused("badRequest"),
        .oversized: .refused("badMessageCheck"), .notARequest: .refused("badMessageCheck"), .wrongCredential: .refused("badRequest"),
        .missingCredential: .refused("badRequest"),
        .overloaded: .refused("503"), .garbled: .refused("400"),
    ]

    private let server: SCEPTestServer
    private let challenge: String
    let endpoint = "scep-default"
    var database: any Database { server.database }
    var catalog: Catalog { server.catalog }

    init(isOverloaded: Bool) async throws {
        server = try await SCEPTestServer(raFailure: isOverloaded ? .overloaded(retryAfter: .seconds(1)) : nil)
        challenge = try await server.challenge(covers: "*.lab.test")
    }

    func knock(_ wish: Wish, showing: Showing, times: Int) async throws -> [DoorAnswer] {
        let shown: String? =
            switch showing {
            case .right: challenge
            case .wrong: "wrong"
            case .missing: nil
            }
        let client = try await SCEPTestClient(key: wish.key)
        let message = try await client.message(wish.certificationRequest(challenge: shown).der, to: server.ra)
        var answers: [DoorAnswer] = []
        for _ in 0..<times { answers.append(try await read(server.post(message), client)) }
        return answers
    }

    func knock(bytes: [UInt8]) async throws -> DoorAnswer {
        let client = try await SCEPEnrollmentTests.client()
        return try await read(server.post(client.message(bytes, to: server.ra)), client)
    }

    func garble() async throws -> DoorAnswer {
        try await read(server.post(Array("not a pkiMessage".utf8)), try await SCEPEnrollmentTests.client())
    }

    private func read(_ answer: SCEPTestServer.Answer, _ client: SCEPTestClient) async throws -> DoorAnswer {
        guard answer.status == 200 else { return .refused(String(answer.status)) }
        let reply = try SCEPTestReply(answer.body)
        switch reply.status {
        case .success: return try await reply.certificates(for: client).first.map { .released($0) } ?? .refused("no certificate")
        case .pending: return .pending
        case .failure, nil: return .refused(reply.failInfo.map { "\($0)" } ?? "no failInfo")
        }
    }
}
