import ACMEWire
import EnrollmentCore
import Foundation

/// A new order with its ids drawn, not yet written.
struct OrderDraft: Sendable {
    struct AuthorizationDraft: Sendable {
        let id: String
        let identifier: Identifier
        let challengeID: String
        let token: String
    }

    let id: String
    let created: Date
    let expires: Date
    let authorizations: [AuthorizationDraft]

    init(identifiers: [Identifier], lifetime: TimeInterval, surroundings: Surroundings) {
        created = surroundings.now
        expires = created.addingTimeInterval(lifetime)
        id = RequestID(in: surroundings).description
        authorizations = identifiers.map { identifier in
            AuthorizationDraft(
                id: RequestID(in: surroundings).description, identifier: identifier, challengeID: RequestID(in: surroundings).description,
                token: Base64URL.encode(surroundings.randomness.bytes(32)))
        }
    }
}
