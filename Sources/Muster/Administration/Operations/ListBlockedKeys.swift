import EnrollmentCore
import Foundation
import PKIFormats

/// The block list of keys, the newest first.
struct ListBlockedKeys: AdminOperation {
    struct Key: Codable, Sendable {
        /// SHA-256 of the SubjectPublicKeyInfo.
        let fingerprint: String
        let reason: String
        let blockedBy: String
        let blockedAt: Date
    }

    struct Reply: Codable, Sendable {
        let keys: [Key]
    }

    func perform(in administration: Administration) async throws -> Reply {
        Reply(
            keys: try await administration.core.keyBlocklist.list().map {
                Key(fingerprint: $0.keyHash.hex, reason: $0.reason, blockedBy: $0.blockedBy, blockedAt: $0.blockedAt)
            })
    }
}
