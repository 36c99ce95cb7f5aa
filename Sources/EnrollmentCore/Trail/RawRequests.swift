import Crypto
import Foundation
import PKIFormats
import Persistence
import SigningKeys

/// Requests as they arrived, for whoever must find out what a client really sends. They carry challenges and passwords: what is kept is
/// sealed with AES-GCM under a key of the passphrase, bounded in size and in time.
package struct RawRequests: Sendable {
    /// Whose requests are kept.
    package enum Policy: String, Sendable, CaseIterable, Codable {
        case none, refused, all
    }

    /// Of one request, in bytes; a longer one is cut.
    private static let limit = 64 * 1024

    package let policy: Policy
    private let key: SymmetricKey
    private let database: any Database

    /// Derives the key; the first call in the life of a database makes its salt.
    package static func open(_ policy: Policy, passphrase: String, in database: any Database, randomness: any Randomness) async throws
        -> RawRequests
    {
        let query = "SELECT salt FROM raw_request_salts ORDER BY salt LIMIT 1"
        if try await database.read(query).isEmpty {
            let salt = randomness.bytes(PassphraseKey.saltLength)
            try await database.write(Statement("INSERT INTO raw_request_salts (salt) VALUES (?)", [.blob(salt)]))
        }
        guard let salt = try await database.read(query).first?.blob("salt") else {
            throw PersistenceError.unavailable("the salt of the raw requests was not kept")
        }
        return RawRequests(policy: policy, key: try PassphraseKey.derive(passphrase, salt: salt), database: database)
    }

    /// The write that keeps what arrived; nil where the policy or the door keeps nothing.
    func statement(_ id: RequestID, _ arrival: Arrival, isRefused: Bool) -> Statement? {
        switch policy {
        case .none: return nil
        case .refused where !isRefused: return nil
        case .refused, .all: break
        }
        guard !arrival.raw.isEmpty,
            let sealed = try? AES.GCM.seal(arrival.raw.prefix(Self.limit), using: key, authenticating: id.bytes).combined
        else { return nil }
        return Statement(
            "INSERT INTO raw_requests (id, arrived_at, sealed) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING",
            [.blob(id.bytes), .date(arrival.instant), .blob([UInt8](sealed))])
    }

    /// The bytes of a request; nil where they were not kept, or not for so long.
    /// - Throws: where the passphrase is not the one that they were sealed under, or the row was altered.
    package func open(_ id: RequestID) async throws -> [UInt8]? {
        guard let sealed = try await database.read("SELECT sealed FROM raw_requests WHERE id = ?", [.blob(id.bytes)]).first?.blob("sealed")
        else { return nil }
        return [UInt8](try AES.GCM.open(AES.GCM.SealedBox(combined: sealed), using: key, authenticating: id.bytes))
    }
}
