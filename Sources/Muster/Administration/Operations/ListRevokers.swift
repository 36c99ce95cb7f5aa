import EnrollmentCore
import Foundation

/// The services that may revoke.
struct ListRevokers: AdminOperation {
    struct Revoker: Codable, Sendable {
        let endpoint: String
        let name: String
        let createdAt: Date
    }

    struct Reply: Codable, Sendable {
        let revokers: [Revoker]
    }

    func perform(in administration: Administration) async throws -> Reply {
        Reply(
            revokers: try await administration.core.revokers.list().map {
                Revoker(endpoint: $0.endpoint, name: $0.name, createdAt: $0.createdAt)
            })
    }
}
