import Foundation
import PKIFormats
import Persistence

/// Services that may revoke the certificates of an endpoint, for example the MDM that knows which devices left. Each has a token of 160 random
/// bits, of which only the hash is kept.
package struct RevokerStore: Sendable {
    /// A registration.
    package struct Revoker: Sendable, Hashable {
        package let endpoint: String
        package let name: String
        package let createdAt: Date
    }

    private let database: any Database
    private let surroundings: Surroundings

    package init(database: any Database, surroundings: Surroundings) {
        self.database = database
        self.surroundings = surroundings
    }

    /// Registers a service.
    /// - Returns: its token, which is stored nowhere.
    /// - Throws: `PersistenceError.conflict` where the endpoint has one of that name.
    package func make(name: String, endpoint: String) async throws(PersistenceError) -> String {
        let token = surroundings.randomness.bytes(20).hex
        try await database.write(
            Statement(
                "INSERT INTO revokers (endpoint, name, token_hash, created_at) VALUES (?, ?, ?, ?)",
                [.text(endpoint), .text(name), .blob(Self.hash(token)), .date(surroundings.now)]))
        return token
    }

    /// Ends a registration at once.
    /// - Throws: `PersistenceError.unmet` where there is none.
    package func remove(name: String, endpoint: String) async throws(PersistenceError) {
        try await database.write(
            Statement(
                "DELETE FROM revokers WHERE endpoint = ? AND name = ?", [.text(endpoint), .text(name)], expectedRows: 1, label: "revoker"))
    }

    /// Of all endpoints, at most 1,000.
    package func list() async throws -> [Revoker] {
        try await database.read("SELECT endpoint, name, created_at FROM revokers ORDER BY endpoint, name LIMIT 1000").map {
            Revoker(endpoint: try $0.text("endpoint"), name: try $0.text("name"), createdAt: try $0.date("created_at"))
        }
    }

    /// What timing could tell is about the hash of a guess, not about a token of 160 random bits.
    func knows(_ credential: RevokerCredential, endpoint: String) async throws -> Bool {
        try await !database.read(
            "SELECT 1 AS known FROM revokers WHERE endpoint = ? AND name = ? AND token_hash = ?",
            [.text(endpoint), .text(credential.name), .blob(Self.hash(credential.token))]
        ).isEmpty
    }

    private static func hash(_ token: String) -> [UInt8] { HashAlgorithm.sha256.digest(Array(token.utf8)) }
}
