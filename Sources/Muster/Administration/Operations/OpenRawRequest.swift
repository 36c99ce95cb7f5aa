import EnrollmentCore
import Foundation
import PKIFormats

/// Gives an operator a request as it arrived, challenges and passwords included; the audit log tells that he asked.
struct OpenRawRequest: AdminOperation {
    struct Reply: Codable, Sendable {
        let bytes: Data
    }

    static let needsKeys = true

    let id: String

    func perform(in administration: Administration) async throws -> Reply {
        guard let requestID = [UInt8](hex: id).flatMap(RequestID.init(bytes:)) else {
            throw CommandFailure("'\(id.prefix(60))' is not the id of a transaction")
        }
        guard let vault = administration.core.rawRequests else { throw CommandFailure("the passphrase is not known") }
        let opened: [UInt8]?
        do {
            opened = try await vault.open(requestID)
        } catch {
            throw CommandFailure("the request cannot be opened: it was sealed under another passphrase, or altered")
        }
        guard let opened else {
            throw CommandFailure(
                "the request of transaction \(id) is not kept: `trail.rawRequests` in muster.yaml is \(vault.policy.rawValue), "
                    + "and `retention.rawRequestDays` bounds the time")
        }
        return Reply(bytes: Data(opened))
    }
}
