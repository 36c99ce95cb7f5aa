import EnrollmentCore
import Foundation
import PKIFormats
import Persistence
import TestSupport
import WSTEPWire

@testable import WSTEPFrontendTests

struct WSTEPConformingDoor: ConformingDoor {
    static let name = "WSTEP"
    static let errors: [Situation: DoorAnswer] = [
        .badSignature: .refused("s:Receiver 0x80090006"), .weakKey: .refused("s:Receiver 0x80094811"),
        .wouldBeCA: .refused("s:Receiver 0x80070057"), .uncoveredName: .refused("s:Receiver 0x80094001"),
        .oversized: .refused("s:Receiver 0x8007000D"), .notARequest: .refused("s:Receiver 0x8007000D"),
        .wrongCredential: .refused("s:Sender wsse:FailedAuthentication"), .missingCredential: .refused("s:Sender wsse:InvalidSecurity"),
        .overloaded: .refused("s:Receiver 0x80094006"), .garbled: .refused("s:Sender"),
    ]

    private let door: Door
    let endpoint = DefaultEndpoints.wstep
    var database: any Database { door.ca.services.database }
    var catalog: Catalog { door.ca.services.catalog }

    init(isOverloaded: Bool) async throws {
        door = try await Door(covers: ["*.lab.test"])
        door.ca.issuingKey.isOverloaded = isOverloaded
    }

    func knock(_ wish: Wish, showing: Showing, times: Int) async throws -> [DoorAnswer] {
        let token = Data(try await wish.certificationRequest().der).base64EncodedString()
        var answers: [DoorAnswer] = []
        for _ in 0..<times { answers.append(try await send(token, showing)) }
        return answers
    }

    func knock(bytes: [UInt8]) async throws -> DoorAnswer { try await send(Data(bytes).base64EncodedString(), .right) }

    func garble() async throws -> DoorAnswer { try read(await door.send(.post, path: door.path(.enrollment), body: "<not><soap></not>")) }

    private func send(_ token: String, _ showing: Showing) async throws -> DoorAnswer {
        let body = SOAPSamples.issueBody(token: token)
        switch showing {
        case .right: return try read(await door.enroll(body))
        case .wrong: return try read(await door.enroll(body, password: "not the password"))
        case .missing:
            let message = SOAPSamples.envelope(action: SOAPSamples.requestAction, header: "", body: body)
            return try read(await door.send(.post, path: door.path(.enrollment), body: message))
        }
    }

    private func read(_ reply: Door.Reply) throws -> DoorAnswer {
        guard reply.status == 200 else { return .refused(try reply.fault.joined(separator: " ")) }
        let tokens = try reply.body.children.flatMap(\.children).filter { $0.name.local == "RequestedSecurityToken" }
        let der = tokens.first?.children.first.flatMap { Data(base64Encoded: $0.text, options: .ignoreUnknownCharacters) }
        // A pending reply carries a status in the certificate's place.
        guard let der, let certificate = try? Certificate(der: Array(der)) else { return .pending }
        return .released(certificate)
    }
}
