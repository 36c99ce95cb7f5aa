import EnrollmentCore
import Foundation
import Logging
import PKIFormats
import TestSupport

/// A task of one node: the real core over the staged database and key, and what it does there.
struct Participant: Sendable {
    typealias Part = @Sendable (Participant) async -> Void

    let name: String
    let services: EnrollmentServices
    let database: StagedDatabase
    let randomness: ScriptedRandomness
    let book: Book
    /// Whether he may begin, seen from the rows of the ledger and from who has crashed.
    let mayBegin: @Sendable (Scene.Facts) -> Bool
    let part: Part

    /// Sends a request until it is answered, as a client that is told to try again does, and hands over what comes.
    func enroll(_ csr: CertificationRequest, _ secret: String, endpoint: String = DefaultEndpoints.scep) async {
        for _ in 0..<4 {
            let request = IssuanceRequest(
                id: RequestID(in: services.surroundings),
                arrival: Arrival(
                    endpoint: endpoint, binding: "default", operation: "test", exchangeID: Array(csr.publicKey.keyIdentifier),
                    instant: services.surroundings.now),
                intent: .enroll, credentials: [ChallengeCredential(secret: secret)], proposal: Proposal(csr))
            do {
                switch try await services.pipeline.process(request) {
                case .released(let issuance):
                    await deliver(issuance)
                case .pending:
                    break
                }
                return
            } catch {
                guard [.conflict, .overloaded].contains(error.code), !database.isCrashed else { return }
            }
        }
    }

    func deliver(_ issuance: ReleasedIssuance) async {
        guard case .go = await database.yield(before: .deliver) else { return }
        book.add(Book.Delivery(to: name, id: issuance.id, certificate: issuance.certificate))
    }
}
