import Persistence
import PKIFormats
import SigningKeys
import Synchronization

/// The CA's key with a yield point before every signature, and a witness: what is signed must be recorded, durably, before. The same
/// bytes get the same signature in every run, so that runs can be compared.
final class StagedKey: SigningKey {
    struct Crashed: Error {}

    /// The signatures so far, shared by all participants.
    final class Signatures: Sendable {
        private let known = Mutex<[[UInt8]: [UInt8]]>([:])
        private let key: any SigningKey

        init(_ key: any SigningKey) { self.key = key }

        func signature(_ message: [UInt8], _ algorithm: SignatureAlgorithm) async throws -> [UInt8] {
            if let signature = known.withLock({ $0[message] }) { return signature }
            let signature = try await key.sign(message, algorithm: algorithm)
            return known.withLock { known in
                known[message] = known[message] ?? signature
                return known[message] ?? signature
            }
        }
    }

    let publicKey: SubjectPublicKeyInfo
    let defaultAlgorithm: SignatureAlgorithm
    private let database: StagedDatabase
    private let signatures: Signatures
    private let fault: @Sendable (String) -> Void

    init(_ key: any SigningKey, _ signatures: Signatures, database: StagedDatabase, fault: @escaping @Sendable (String) -> Void) {
        publicKey = key.publicKey
        defaultAlgorithm = key.defaultAlgorithm
        self.database = database
        self.signatures = signatures
        self.fault = fault
    }

    func sign(_ message: [UInt8], algorithm: SignatureAlgorithm) async throws -> [UInt8] {
        switch await database.yield(before: .sign) {
        case .crash: throw Crashed()
        case .fail: throw Overloaded(retryAfter: .seconds(1))
        case .go: break
        }
        // Once the row is complete, the certificate holds what was to be signed.
        let rows = try await database.inner.read(
            "SELECT state FROM issuances WHERE to_be_signed = ? OR instr(certificate, ?) > 0", [.blob(message), .blob(message)])
        let states = try rows.map { try $0.text("state") }
        if states.count != 1 || states == ["tombstoned"] { fault("a signature over what is not recorded (\(states))") }
        return try await signatures.signature(message, algorithm)
    }
}
