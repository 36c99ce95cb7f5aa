import Foundation
import Persistence
import SigningKeys

/// Users of endpoints, with the names that each may enroll. Passwords are stored as scrypt hashes.
package struct UserStore: Sendable {
    /// A user of one endpoint; the password is known only by its hash.
    package struct User: Sendable {
        package let endpoint: String
        package let name: String
        package let covers: [NamePattern]
        package let createdAt: Date
        package let disabledAt: Date?
        let passwordHash: String

        init(_ row: Row) throws {
            endpoint = try row.text("endpoint")
            name = try row.text("name")
            covers = try [NamePattern].stored(row.text("covers"))
            createdAt = try row.date("created_at")
            disabledAt = try row.optionalDate("disabled_at")
            passwordHash = try row.text("password_hash")
        }
    }

    private let database: any Database
    private let surroundings: Surroundings

    package init(database: any Database, surroundings: Surroundings) {
        self.database = database
        self.surroundings = surroundings
    }

    /// Adds a user, or gives an existing one a new password and new names. Without `covers` a user covers his own name.
    package func add(_ name: String, endpoint: String, password: String, covers: [NamePattern]?) async throws {
        guard (1...200).contains(name.utf8.count), !name.contains(":") else {
            throw Refusal(
                .malformed, at: .authenticate, publicText: "a user name has 1 to 200 bytes and no colon",
                detail: "user name '\(name.prefix(200))'")
        }
        guard password.utf8.count >= 12 else {
            throw Refusal(
                .malformed, at: .authenticate, publicText: "a password has at least 12 characters", detail: "password of user '\(name)'")
        }
        let patterns = try covers ?? [NamePattern("=" + name)]
        let hash = try PasswordHash.make(password)
        try await database.write(
            WriteUnit([
                Statement(
                    """
                    INSERT INTO users (endpoint, name, password_hash, covers, created_at) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT (endpoint, name) DO UPDATE SET password_hash = excluded.password_hash, covers = excluded.covers, disabled_at = NULL
                    """, [.text(endpoint), .text(name), .text(hash), .text(try patterns.json), .date(surroundings.now)])
            ]))
    }

    /// - Throws: `PersistenceError.unmet` when there is no such user.
    package func disable(_ name: String, endpoint: String) async throws(PersistenceError) {
        try await database.write(
            WriteUnit([
                Statement(
                    "UPDATE users SET disabled_at = ? WHERE endpoint = ? AND name = ?",
                    [.date(surroundings.now), .text(endpoint), .text(name)],
                    expectedRows: 1, label: "user")
            ]))
    }

    package func find(_ name: String, endpoint: String) async throws -> User? {
        try await database.read("SELECT * FROM users WHERE endpoint = ? AND name = ?", [.text(endpoint), .text(name)]).first.map {
            try User($0)
        }
    }
}
