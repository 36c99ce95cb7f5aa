import Crypto
import Foundation
import PKIFormats
import SigningKeys
import Synchronization

/// Bounded, in memory only: keyed digests of verified passwords, the verifications under way, and recent failures.
final class VerifiedPasswords: Sendable {
    private struct State {
        var verified: Set<[UInt8]> = []
        var underWay: [[UInt8]: Task<Bool, any Error>] = [:]
        var failures: [String: [Date]] = [:]
    }

    /// A hash that no password matches.
    static let decoy = (try? PasswordHash.make(UUID().uuidString + UUID().uuidString)) ?? ""
    /// Set up with a key of this process; each digest begins with a copy.
    private let keyed = Mutex(HMAC<SHA256>(key: SymmetricKey(size: .bits256)))
    private let state = Mutex(State())

    private func digest(_ password: String, _ stored: String) -> [UInt8] {
        var text = stored + "\u{0}" + password
        return text.withUTF8 { text in
            keyed.withLock { keyed in
                var code = keyed
                code.update(data: UnsafeRawBufferPointer(text))
                return code.finalize().octets
            }
        }
    }

    func remembers(_ password: String, _ stored: String) -> Bool {
        let digest = digest(password, stored)
        return state.withLock { $0.verified.contains(digest) }
    }

    /// Verifies, once for all who wait for the same answer: a fleet that starts at once with one password costs one scrypt.
    func isRight(_ password: String, _ stored: String, verify: @escaping @Sendable () async throws -> Bool) async throws -> Bool {
        let digest = digest(password, stored)
        let task = state.withLock { state in
            if let underWay = state.underWay[digest] { return underWay }
            let task = Task {
                defer { self.state.withLock { $0.underWay[digest] = nil } }
                let isRight = try await verify()
                if isRight { self.remember(digest) }
                return isRight
            }
            state.underWay[digest] = task
            return task
        }
        return try await task.value
    }

    private func remember(_ digest: [UInt8]) {
        state.withLock { state in
            if state.verified.count >= 1000 { state.verified.removeAll() }
            state.verified.insert(digest)
        }
    }

    /// Ten wrong passwords within five minutes close the account to whoever sent them for the rest of these; a hundred from anywhere close
    /// it to all, so that one guesser cannot lock a device out and many cannot go on guessing.
    func mayTry(_ account: String, from peer: String?, at instant: Date) -> Bool {
        state.withLock { state in
            func recent(_ key: String) -> Int { (state.failures[key] ?? []).count { instant.timeIntervalSince($0) < Self.memory } }
            return recent(Self.key(account, peer)) < 10 && recent(account) < 100
        }
    }

    func noteFailure(_ account: String, from peer: String?, at instant: Date) {
        state.withLock { state in
            if state.failures.count >= 10_000 { state.failures.removeAll() }
            for key in [account, Self.key(account, peer)] {
                let recent = (state.failures[key] ?? []).filter { instant.timeIntervalSince($0) < Self.memory }
                state.failures[key] = Array(recent.suffix(99)) + [instant]
            }
        }
    }

    private static let memory: TimeInterval = 300

    private static func key(_ account: String, _ peer: String?) -> String { "\(peer ?? "") \(account)" }
}
