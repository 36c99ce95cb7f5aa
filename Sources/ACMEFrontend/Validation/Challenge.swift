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

    static let columns = "id, authorization_id, type, token, status, validated_at, error"

    /// The same, begun.
    init(begun challenge: Challenge) {
        id = challenge.id
        authorizationID = challenge.authorizationID
        type = challenge.type
        token = challenge.token
        status = .processing
        validatedAt = nil
        error = nil
    }

    init(row: Row) throws(PersistenceError) {
        id = try row.text("id")
        authorizationID = try row.text("authorization_id")
        type = try row.text("type")
        token = try row.text("token")
        guard let status = Status(rawValue: try row.text("status")) else { throw .unavailable("status of challenge \(id)") }
        self.status = status
        validatedAt = try row.optionalDate("validated_at")
        if let text = try row.optionalText("error") {
            error = try StoredJSON.problem(text, column: "error")
        } else {
            error = nil
        }
    }
}
