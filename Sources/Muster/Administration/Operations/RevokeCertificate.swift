import EnrollmentCore
import Foundation
import PKIFormats

/// Revokes one certificate, or puts it on hold.
struct RevokeCertificate: AdminOperation {
    struct Reply: Codable, Sendable {
        let serial: String
        let subject: String
        let reason: String
    }

    let serial: String
    let reason: String
    /// When the key was lost, or the certificate otherwise became wrong.
    let invalidSince: Date?

    func perform(in administration: Administration) async throws -> Reply {
        guard let reason = RevocationReason(name: reason) else { throw CommandFailure("'\(reason)' is not a reason for revocation") }
        let record = try await administration.decide(serial, .revoke(reason, invalidSince: invalidSince), "revoke")
        return Reply(serial: SerialNumber.text(record.serialNumber), subject: record.subject, reason: reason.name)
    }
}

extension Administration {
    /// Brings an operator's wish before the revocation desk.
    func decide(_ serial: String, _ wish: RevocationRequest.Wish, _ operation: String) async throws -> IssuanceRecord {
        try await core.revocation.revoke(
            RevocationRequest(
                id: RequestID(in: core.surroundings), arrival: arrival(operation),
                credentials: [OperatorCredential(userID: operatorID, vouchesFor: [])],
                target: .serialNumber(SerialNumber.contents(serial)), wish: wish))
    }
}
