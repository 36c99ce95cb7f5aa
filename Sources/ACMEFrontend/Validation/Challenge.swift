import ACMEWire
import Foundation
import Persistence

/// One way to earn an authorization.
struct Challenge: Sendable {
    enum Status: String, Sendable {
        case pending, processing, valid, invalid
    }

    static let http01 = "http-01"

    let id: String
    let authorizationID: String
    let type: String
    /// 256 random bits, base64url.
    let token: String
    let status: Status
    let validatedAt: Date?
    let error: Problem?

    /// Of `acme_challenges c`.
    static let columns = """
        c.id AS challenge_id, c.authorization_id AS authorization_id, c.type AS type, c.token AS token, c.status AS challenge_status,
        c.validated_at AS validated_at, c.error AS error
        """

    init(row: Row) throws(PersistenceError) {
        id = try row.text("challenge_id")
        authorizationID = try row.text("authorization_id")
        type = try row.text("type")
        token = try row.text("token")
        guard let status = Status(rawValue: try row.text("challenge_status")) else { throw .unavailable("status of challenge \(id)") }
        self.status = status
        validatedAt = try row.optionalDate("validated_at")
        if let text = try row.optionalText("error") {
            error = try StoredJSON.problem(text, column: "error")
        } else {
            error = nil
        }
    }
}
