import EnrollmentCore
import Persistence

/// Registers a service that may revoke the certificates of an endpoint; the reply is the only place where its token ever stands.
struct AddRevoker: AdminOperation {
    struct Reply: Codable, Sendable {
        let name: String
        let endpoint: String
        /// Where it posts.
        let url: String
        let token: String
    }

    let endpoint: String
    let name: String

    func perform(in administration: Administration) async throws -> Reply {
        _ = try administration.reachableEndpoint(endpoint)
        guard (1...64).contains(name.utf8.count), name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: ":") }) else {
            throw CommandFailure("a revoker's name has 1 to 64 printable ASCII characters, without space and colon")
        }
        do {
            let token = try await administration.core.revokers.make(name: name, endpoint: endpoint)
            return Reply(
                name: name, endpoint: endpoint, url: "\(administration.configuration.urls.https)/revocation/\(endpoint)", token: token)
        } catch {
            guard case .conflict = error else { throw error }
            throw CommandFailure("\(endpoint) has a revoker '\(name)' already; `muster revoker remove` ends it, for a new token")
        }
    }
}
