import EnrollmentCore
import Foundation
import PKIFormats
import Persistence
import SigningKeys
import TestSupport

/// What a client shows of itself.
enum Showing: Sendable, CaseIterable {
    case right, wrong, missing
}

/// How a door answered, in that protocol's own words.
enum DoorAnswer: Sendable, Equatable {
    case released(Certificate)
    case pending
    /// The wire error, for example `FAILURE badRequest` or `400`.
    case refused(String)
}

/// What a client asks for.
struct Wish: Sendable {
    var key: SoftwareKey
    var commonName: String? = "device-7.lab.test"
    var names: [GeneralName] = [.dns("device-7.lab.test")]
    var extensions: [CertificateExtension] = []
    /// Signed with something else than its own key.
    var isForged = false

    func certificationRequest(challenge: String? = nil) async throws -> CertificationRequest {
        let honest = try await TestCA.request(key, commonName: commonName, names: names, extensions: extensions, challenge: challenge)
        guard isForged, let last = honest.signature.last else { return honest }
        return try CertificationRequest(
            info: honest.info, algorithm: honest.signatureAlgorithm, signature: honest.signature.dropLast() + [last ^ 1])
    }
}

/// One protocol's front end before a CA in this process. The client's credential covers `*.lab.test`.
protocol ConformingDoor: Sendable {
    static var name: String { get }
    /// This protocol's own answer to each situation that the suite provokes.
    static var errors: [Situation: DoorAnswer] { get }

    var database: any Database { get }
    var catalog: Catalog { get }
    var endpoint: String { get }

    /// - Parameter isOverloaded: whether the CA's crypto has no time.
    init(isOverloaded: Bool) async throws

    /// Brings a wish through the door as often as told, as one and the same request.
    func knock(_ wish: Wish, showing: Showing, times: Int) async throws -> [DoorAnswer]
    /// Brings these bytes in place of a PKCS #10 request, with the right credential.
    func knock(bytes: [UInt8]) async throws -> DoorAnswer
    /// Sends something that is not even a message of the protocol.
    func garble() async throws -> DoorAnswer
}

enum Situation: String, Sendable, CaseIterable {
    case badSignature, weakKey, wouldBeCA, uncoveredName, oversized, notARequest, wrongCredential, missingCredential, overloaded, garbled
}

extension ConformingDoor {
    func knock(_ wish: Wish, showing: Showing = .right) async throws -> DoorAnswer {
        guard let answer = try await knock(wish, showing: showing, times: 1).first else { throw CommandFailure("no answer") }
        return answer
    }

    /// The trail of this door, newest first.
    func trail() async throws -> [LedgerSearch.TransactionRecord] {
        let ledger = IssuanceLedger(database: database, surroundings: Surroundings())
        return try await LedgerSearch(database: database, ledger: ledger).transactions(.init(endpoint: endpoint))
    }

    /// How many certificates this door has issued or begun.
    func issuances() async throws -> Int {
        try await database.read("SELECT id FROM issuances WHERE endpoint = ?", [.text(endpoint)]).count
    }

    /// From now on a person decides about every request.
    func holdEverything() async throws {
        try await catalog.setDisposition(.hold(reason: "an operator decides"), endpoint: endpoint)
    }
}
