import Dispatch
import Synchronization

/// A public key whose signatures are checked again and again, as a CA checks its own: what makes a check cheaper is worked out once the key has
/// shown that it is used (``P256Tables``).
package final class FrequentVerificationKey: Sendable {
    private struct State {
        var checks = 0
        var tables: P256Tables?
    }

    /// So many checks go by before the tables are made: a CA that signs a certificate a day needs none.
    private static let patience = 256

    private let key: VerificationKey
    private let state = Mutex(State())

    package init(_ publicKey: SubjectPublicKeyInfo) { key = VerificationKey(publicKey) }

    /// Whether `signature` is one over `message`; false when algorithm and key do not fit.
    package func isValidSignature(_ signature: [UInt8], over message: [UInt8], algorithm: SignatureAlgorithm) -> Bool {
        guard algorithm == .ecdsaSHA256, key.publicKey.kind == .p256, let tables = tables() else {
            return key.isValidSignature(signature, over: message, algorithm: algorithm)
        }
        guard let fixed = ECDSASignatureValue.fixed(signature, size: 32) else { return false }
        return tables.isValidSignature(fixed, digest: HashAlgorithm.sha256.digest(message))
    }

    private func tables() -> P256Tables? {
        let (tables, isDue) = state.withLock { state in
            if state.tables == nil { state.checks += 1 }
            return (state.tables, state.checks == Self.patience && state.tables == nil)
        }
        if isDue { DispatchQueue.global(qos: .utility).async { [self] in makeTables() } }
        return tables
    }

    func makeTables() {
        let tables = P256Tables(point: key.publicKey.keyBytes)
        state.withLock { $0.tables = tables }
    }
}
