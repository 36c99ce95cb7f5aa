import EnrollmentCore
import Foundation
import PKIFormats

/// Makes one-time passwords for the users of an endpoint: each covers the names that its user may enroll, and no other.
struct NDESDesk: Sendable {
    /// The binding whose authenticators know the users.
    static let binding = "ndes"

    /// Who asks, and from where.
    struct Knock: Sendable {
        let label: String
        let login: (username: String, password: String)?
        let peer: String?
        let userAgent: String?
        /// What the device will call itself in its request, where the password is to be bound to it.
        let device: String?
    }

    struct Password: Sendable {
        let secret: String
        let minutes: Int
    }

    let catalog: Catalog
    let pipeline: IssuancePipeline
    let challenges: ChallengeStore
    let surroundings: Surroundings

    /// - Throws: `.unauthenticated` without a login, `.rateLimited` when too many passwords are unused.
    func password(for knock: Knock, at endpoint: Endpoint, _ options: NDESOptions) async throws(Refusal) -> Password {
        let arrival = Arrival(
            endpoint: endpoint.name, binding: Self.binding, operation: "password", peer: knock.peer, userAgent: knock.userAgent,
            instant: surroundings.now)
        let credentials = knock.login.map { [PasswordCredential(username: $0.username, password: $0.password)] } ?? []
        let caller = try await pipeline.identify(credentials, arrival: arrival)
        guard endpoint.bindings.contains(where: { $0.authenticators.contains(.challenge) }) else {
            throw Refusal(
                .notAuthorized, at: .authorize, detail: "\(endpoint.name) takes no challenges made here",
                advice: "`muster webhook list` shows who judges them")
        }
        do {
            guard try await challenges.openCount(endpoint: endpoint.name) < options.cachedPasswords else {
                throw Refusal(
                    .rateLimited, at: .authorize, publicText: "The password cache is full.",
                    detail: "\(endpoint.name) has \(options.cachedPasswords) unused passwords",
                    advice: "`muster endpoint option` raises ndes.cachedPasswords; `muster challenge list` shows them")
            }
            let secret = surroundings.randomness.bytes(options.shortPasswords ? 8 : 16).hex.uppercased()
            _ = try await challenges.keep(
                secret: secret, endpoint: endpoint.name, isOneTime: true, covers: caller.covers,
                bound: ChallengeBinding(device: knock.device), lifetime: TimeInterval(options.validMinutes * 60),
                maker: (caller.principal, knock.peer))
            return Password(secret: secret, minutes: options.validMinutes)
        } catch let refusal as Refusal {
            await pipeline.refuse(refusal, arrival: arrival)
            throw refusal
        } catch {
            throw Refusal(.internalFault, at: .authorize, detail: "\(error)")
        }
    }
}
