import EnrollmentCore
import PKIFormats

/// Revokes one certificate.
struct RevokeCertificate: AdminOperation {
    struct Reply: Codable, Sendable {
        let serial: String
        let subject: String
        let reason: String
    }

    let serial: String
    let reason: String

    func perform(in administration: Administration) async throws -> Reply {
        guard let reason = RevocationReason(name: reason) else { throw CommandFailure("'\(reason)' is not a reason for revocation") }
        let core = administration.core
        let record = try await core.revocation.revoke(
            RevocationRequest(
                id: RequestID(in: core.surroundings), arrival: administration.arrival("revoke"),
                credentials: [OperatorCredential(userID: administration.operatorID, vouchesFor: [])],
                target: .serialNumber(SerialNumber.contents(serial)), reason: reason))
        return Reply(serial: SerialNumber.text(record.serialNumber), subject: record.subject, reason: reason.name)
    }
}
