import EnrollmentCore
import Foundation

/// Makes a SCEP challenge; the reply is the only place where its secret ever stands.
struct NewChallenge: AdminOperation {
    struct Reply: Codable, Sendable {
        let id: String
        let endpoint: String
        let challenge: String
        let expiresAt: Date
        let covers: [String]
    }

    let endpoint: String
    let seconds: Int
    let names: [String]
    let isOneTime: Bool
    var subject: String?
    var alternativeNames: [String] = []
    var device: String?

    func perform(in administration: Administration) async throws -> Reply {
        try administration.endpoint(endpoint, accepts: .challenge)
        guard !names.isEmpty else { throw CommandFailure("a challenge covers at least one name: --bind-name") }
        let covers = try names.map { try NamePattern($0) }
        let rules = try administration.reachableEndpoint(endpoint).policy.rules
        if !isOneTime, covers.contains(where: \.isUnconstrained), rules.contains(where: { $0.disposition == .issue }) {
            throw CommandFailure(
                "whoever knows this static challenge could get a certificate for any name at once: bind it to names such as *.corp.example, "
                    + "make it one-time, or let people decide (`muster endpoint hold \(endpoint)`)")
        }
        let bound = ChallengeBinding(
            subject: subject, names: try alternativeNames.map { try NamePattern("=" + $0) }, device: device)
        let made = try await administration.core.challenges.make(
            endpoint: endpoint, isOneTime: isOneTime, covers: covers, bound: bound,
            lifetime: TimeInterval(seconds))
        return Reply(
            id: made.id.description, endpoint: endpoint, challenge: made.secret,
            expiresAt: administration.core.surroundings.now.addingTimeInterval(TimeInterval(seconds)), covers: names)
    }
}
