import EnrollmentCore
import PKIFormats
import Persistence

/// Makes a challenge worthless.
struct RevokeChallenge: AdminOperation {
    let id: String
    /// The endpoint it must belong to, when given.
    let endpoint: String?

    func perform(in administration: Administration) async throws -> Done {
        guard let bytes = [UInt8](hex: id), let requestID = RequestID(bytes: bytes) else {
            throw CommandFailure("'\(id)' is not the id of a challenge")
        }
        if let endpoint {
            guard try await administration.core.challenges.list(endpoint: endpoint).contains(where: { $0.id == requestID }) else {
                throw CommandFailure("no challenge \(id) at \(endpoint)")
            }
        }
        do {
            try await administration.core.challenges.revoke(requestID)
        } catch {
            guard case .unmet = error else { throw error }
            throw CommandFailure("no challenge \(id) that is still good; see `muster challenge list`")
        }
        return Done()
    }
}
