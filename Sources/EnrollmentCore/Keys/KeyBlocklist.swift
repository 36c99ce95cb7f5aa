import Foundation
import PKIFormats
import Persistence

/// Keys that are never certified, whoever asks: known to be public, stolen or otherwise unwanted.
package struct KeyBlocklist: Sendable {
    package struct Entry: Sendable {
        /// SHA-256 of the SubjectPublicKeyInfo.
        package let keyHash: [UInt8]
        package let reason: String
        package let blockedBy: String
        package let blockedAt: Date
    }

    private let database: any Database
    private let surroundings: Surroundings

    package init(database: any Database, surroundings: Surroundings) {
        self.database = database
        self.surroundings = surroundings
    }

    /// By what a key stands in the list.
    package static func hash(of key: SubjectPublicKeyInfo) -> [UInt8] { HashAlgorithm.sha256.digest(key.der) }

    /// A key that is blocked already keeps its first reason.
    package func block(_ keyHash: [UInt8], reason: String, by principal: String) async throws(PersistenceError) {
        try await database.write(
            Statement(
                """
                INSERT INTO blocked_keys (key_hash, reason, blocked_by, blocked_at) VALUES (?, ?, ?, ?) ON CONFLICT (key_hash) DO NOTHING
                """, [.blob(keyHash), .text(reason), .text(principal), .date(surroundings.now)]))
    }

    /// - Throws: `PersistenceError.unmet` when the key is not blocked.
    package func unblock(_ keyHash: [UInt8]) async throws(PersistenceError) {
        try await database.write(
            Statement("DELETE FROM blocked_keys WHERE key_hash = ?", [.blob(keyHash)], expectedRows: 1, label: "blocked key"))
    }

    /// The newest first, at most 1,000.
    package func list() async throws(PersistenceError) -> [Entry] {
        var entries: [Entry] = []
        for row in try await database.read("SELECT * FROM blocked_keys ORDER BY blocked_at DESC, key_hash LIMIT 1000") {
            entries.append(
                Entry(
                    keyHash: try row.blob("key_hash"), reason: try row.text("reason"), blockedBy: try row.text("blocked_by"),
                    blockedAt: try row.date("blocked_at")))
        }
        return entries
    }
}
