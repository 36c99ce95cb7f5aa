import Foundation
import PKIFormats
import Persistence
import Synchronization

/// Shared and one-time secrets of endpoints. They are generated here (160 bits) and stored only as SHA-256.
package struct ChallengeStore: Sendable {
    /// What an operator may see of a challenge; the secret itself is shown once, when it is made.
    package struct Challenge: Sendable {
        package let id: RequestID
        package let endpoint: String
        package let isOneTime: Bool
        package let covers: [NamePattern]
        /// What a request must be besides, or nil.
        package let bound: ChallengeBinding?
        package let createdAt: Date
        package let expiresAt: Date?
        package let redeemedAt: Date?
        package let revokedAt: Date?
        let redeemedBy: [UInt8]?

        package func isLive(at instant: Date) -> Bool { revokedAt == nil && redeemedAt == nil && expiresAt.map { $0 > instant } ?? true }

        init(_ row: Row) throws {
            guard let id = RequestID(bytes: try row.blob("id")) else {
                throw PersistenceError.unavailable("a challenge has a malformed id")
            }
            self.id = id
            endpoint = try row.text("endpoint")
            isOneTime = try row.integer("one_time") != 0
            covers = try [NamePattern].stored(row.text("covers"))
            bound = try row.optionalText("bound").map { try JSONDecoder().decode(ChallengeBinding.self, from: Data($0.utf8)) }
            createdAt = try row.date("created_at")
            expiresAt = try row.optionalDate("expires_at")
            redeemedAt = try row.optionalDate("redeemed_at")
            revokedAt = try row.optionalDate("revoked_at")
            redeemedBy = try row.optionalBlob("redeemed_by")
        }
    }

    let database: any Database
    let surroundings: Surroundings

    package init(database: any Database, surroundings: Surroundings) {
        self.database = database
        self.surroundings = surroundings
    }

    /// Makes a challenge and returns its secret, 40 hex digits, which is stored nowhere.
    package func make(
        endpoint: String, isOneTime: Bool, covers: [NamePattern], bound: ChallengeBinding? = nil, lifetime: TimeInterval?
    ) async throws -> (id: RequestID, secret: String) {
        let secret = surroundings.randomness.bytes(20).hex
        let id = try await keep(
            secret: secret, endpoint: endpoint, isOneTime: isOneTime, covers: covers, bound: bound, lifetime: lifetime)
        return (id, secret)
    }

    /// Keeps the hash of a secret that was generated elsewhere, in a form that some clients insist on.
    /// - Parameter maker: who fetched it and from where, for the audit log; nil where an operator's operation stands there already.
    package func keep(
        secret: String, endpoint: String, isOneTime: Bool, covers: [NamePattern], bound: ChallengeBinding? = nil, lifetime: TimeInterval?,
        maker: (principal: String, peer: String?)? = nil
    ) async throws -> RequestID {
        let id = RequestID(in: surroundings)
        let now = surroundings.now
        let entry = maker.map { maker in
            AuditEntry(
                .challengeMade, at: now,
                ["endpoint": endpoint, "principal": maker.principal, "peer": maker.peer, "challenge": id.description])
        }
        try await database.write(
            WriteUnit(
                [
                    Statement(
                        "INSERT INTO challenges (id, endpoint, secret_hash, one_time, covers, created_at, expires_at, bound) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                        [
                            .blob(id.bytes), .text(endpoint), .blob(Self.hash(secret)), .flag(isOneTime), .text(try covers.json),
                            .date(now),
                            .date(lifetime.map { now.addingTimeInterval($0) }), .optional(try bound.map { try $0.json }),
                        ])
                ], journal: entry.map { [$0.json] } ?? []))
        return id
    }

    /// All challenges of an endpoint, or of all endpoints, newest first, at most 1,000.
    package func list(endpoint: String? = nil) async throws -> [Challenge] {
        let (condition, parameters): (String, [SQLValue]) = endpoint.map { ("WHERE endpoint = ?", [.text($0)]) } ?? ("", [])
        return try await database.read("SELECT * FROM challenges \(condition) ORDER BY id DESC LIMIT 1000", parameters).map {
            try Challenge($0)
        }
    }

    /// How many one-time challenges of an endpoint could still be used.
    package func openCount(endpoint: String) async throws -> Int {
        let rows = try await database.read(
            """
            SELECT COUNT(*) AS n FROM challenges WHERE endpoint = ? AND one_time = 1 AND redeemed_by IS NULL AND revoked_at IS NULL
                AND (expires_at IS NULL OR expires_at > ?)
            """, [.text(endpoint), .date(surroundings.now)])
        return Int(try rows.first?.integer("n") ?? 0)
    }

    /// - Throws: `PersistenceError.unmet` when there is no such live challenge.
    package func revoke(_ id: RequestID) async throws(PersistenceError) {
        try await database.write(
            WriteUnit([
                Statement(
                    "UPDATE challenges SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", [.date(surroundings.now), .blob(id.bytes)],
                    expectedRows: 1, label: "challenge")
            ]))
    }

    func find(secret: String, endpoint: String) async throws -> Challenge? {
        try await database.read(
            "SELECT * FROM challenges WHERE secret_hash = ? AND endpoint = ?", [.blob(Self.hash(secret)), .text(endpoint)]
        )
        .first.map { try Challenge($0) }
    }

    /// By its id, 32 hex digits.
    func find(id: String, endpoint: String) async throws -> Challenge? {
        guard let id = [UInt8](hex: id) else { return nil }
        return try await database.read("SELECT * FROM challenges WHERE id = ? AND endpoint = ?", [.blob(id), .text(endpoint)])
            .first.map { try Challenge($0) }
    }

    /// The condition that a one-time challenge is not spent.
    static let claimLabel = "one-time challenge"

    /// Spends a one-time challenge for one request, in that request's own transaction.
    func claim(_ challenge: Challenge, for digest: [UInt8]) -> WriteUnit {
        WriteUnit([
            Statement(
                "UPDATE challenges SET redeemed_by = ?, redeemed_at = ? WHERE id = ? AND redeemed_by IS NULL AND revoked_at IS NULL",
                [.blob(digest), .date(surroundings.now), .blob(challenge.id.bytes)], expectedRows: 1, label: Self.claimLabel)
        ])
    }

    /// Looked up by this hash: what timing could tell is about the hash of a guess, not about a secret of 160 random bits.
    private static func hash(_ secret: String) -> [UInt8] { HashAlgorithm.sha256.digest(Array(secret.utf8)) }
}

extension ChallengeBinding {
    fileprivate var json: String {
        get throws { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) }
    }
}

extension [NamePattern] {
    /// Patterns by their stored text: users and challenges are read at every request, and most say the same.
    private static let read = Mutex<[String: [NamePattern]]>([:])

    /// Reads what `json` wrote.
    static func stored(_ text: String) throws -> [NamePattern] {
        if let known = read.withLock({ $0[text] }) { return known }
        let patterns = try JSONDecoder().decode([NamePattern].self, from: Data(text.utf8))
        read.withLock { read in
            if read.count >= 1000 { read.removeAll() }
            read[text] = patterns
        }
        return patterns
    }

    /// A JSON array of the text forms.
    var json: String {
        get throws { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) }
    }
}
