import EnrollmentCore
import Foundation

/// The challenges of one endpoint or of all, without their secrets.
struct ListChallenges: AdminOperation {
    enum State: String, Codable, Sendable {
        case open, redeemed, expired, revoked
    }

    struct Challenge: Codable, Sendable {
        let id: String
        let endpoint: String
        let isOneTime: Bool
        let state: State
        let createdAt: Date
        let expiresAt: Date?
        let covers: [String]
        /// What a request must be besides.
        let bound: String?
    }

    struct Reply: Codable, Sendable {
        let challenges: [Challenge]
    }

    let endpoint: String?

    func perform(in administration: Administration) async throws -> Reply {
        if let endpoint { _ = try administration.reachableEndpoint(endpoint) }
        let now = administration.core.surroundings.now
        return Reply(
            challenges: try await administration.core.challenges.list(endpoint: endpoint).map { challenge in
                Challenge(
                    id: challenge.id.description, endpoint: challenge.endpoint, isOneTime: challenge.isOneTime,
                    state: Self.state(of: challenge, at: now),
                    createdAt: challenge.createdAt, expiresAt: challenge.expiresAt, covers: challenge.covers.map(\.description),
                    bound: challenge.bound?.summary)
            })
    }

    private static func state(of challenge: ChallengeStore.Challenge, at now: Date) -> State {
        if challenge.revokedAt != nil { return .revoked }
        if challenge.redeemedAt != nil { return .redeemed }
        return challenge.expiresAt.map { $0 <= now } ?? false ? .expired : .open
    }
}
