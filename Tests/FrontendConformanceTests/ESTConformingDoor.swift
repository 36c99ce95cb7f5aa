import EnrollmentCore
import Foundation
import HTTPTypes
import PKIFormats
import Persistence
import TestSupport

@testable import ESTFrontendTests

struct ESTConformingDoor: ConformingDoor {
    static let name = "EST"
    static let errors: [Situation: DoorAnswer] = [
        .badSignature: .refused("400"), .weakKey: .refused("400"), .wouldBeCA: .refused("400"), .uncoveredName: .refused("403"),
        .oversized: .refused("413"), .notARequest: .refused("400"), .wrongCredential: .refused("401"),
        .missingCredential: .refused("401"), .overloaded: .refused("503"), .garbled: .refused("400"),
    ]

    private let door: ESTDoor
    let endpoint = DefaultEndpoints.est
    var database: any Database { door.ca.services.database }
    var catalog: Catalog { door.ca.services.catalog }

    init(isOverloaded: Bool) async throws {
        door = try await ESTDoor()
        try await door.ca.services.users.add(
            "device", endpoint: endpoint, password: ESTDoor.password, covers: [NamePattern("*.lab.test")])
        door.ca.issuingKey.isOverloaded = isOverloaded
    }

    func knock(_ wish: Wish, showing: Showing, times: Int) async throws -> [DoorAnswer] {
        let body = Array(Data(try await wish.certificationRequest().der).base64EncodedString().utf8)
        var answers: [DoorAnswer] = []
        for _ in 0..<times { answers.append(try await post(body, headers: Self.headers(showing))) }
        return answers
    }

    func knock(bytes: [UInt8]) async throws -> DoorAnswer {
        try await post(Array(Data(bytes).base64EncodedString().utf8), headers: Self.headers(.right))
    }

    func garble() async throws -> DoorAnswer { try await post(Array("!!! not base64 !!!".utf8), headers: Self.headers(.right)) }

    private func post(_ body: [UInt8], headers: HTTPFields) async throws -> DoorAnswer {
        let answer = try await door.post("/.well-known/est/simpleenroll", body, headers: headers)
        switch answer.status {
        case 200: return try answer.certificates.first.map { .released($0) } ?? .refused("no certificate")
        case 202: return .pending
        default: return .refused(String(answer.status))
        }
    }

    private static func headers(_ showing: Showing) -> HTTPFields {
        func basic(_ password: String) -> HTTPFields {
            [.authorization: "Basic " + Data("device:\(password)".utf8).base64EncodedString()]
        }
        return switch showing {
        case .right: basic(ESTDoor.password)
        case .wrong: basic("not the password")
        case .missing: [:]
        }
    }
}
