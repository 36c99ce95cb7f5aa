import PKIFormats
import SigningKeys
import Synchronization

/// A signing key that can be told to have no time, or to sign wrongly.
package final class SwitchableKey: SigningKey {
    /// What a broken or bewitched token might do.
    package enum Misdeed: Sendable, CaseIterable {
        /// Signs a message of its own instead of the one it was given.
        case otherMessage
        /// Signs with another key of the same kind.
        case otherKey
        /// Gives a signature with one bit turned.
        case flippedBit
        case empty
    }

    private let key: SoftwareKey
    private let overloaded = Mutex(false)
    private let chosen = Mutex<Misdeed?>(nil)

    package init(_ key: SoftwareKey) { self.key = key }

    package var publicKey: SubjectPublicKeyInfo { key.publicKey }
    package var defaultAlgorithm: SignatureAlgorithm { key.defaultAlgorithm }

    package var isOverloaded: Bool {
        get { overloaded.withLock { $0 } }
        set { overloaded.withLock { $0 = newValue } }
    }

    /// Nil: it signs what it is given.
    package var misdeed: Misdeed? {
        get { chosen.withLock { $0 } }
        set { chosen.withLock { $0 = newValue } }
    }

    package func sign(_ message: [UInt8], algorithm: SignatureAlgorithm) async throws -> [UInt8] {
        if isOverloaded { throw Overloaded(retryAfter: .seconds(1)) }
        switch misdeed {
        case nil: return try await key.sign(message, algorithm: algorithm)
        case .otherMessage: return try await key.sign(message + [0], algorithm: algorithm)
        case .otherKey: return try await SoftwareKey.generate(.p256).sign(message, algorithm: algorithm)
        case .flippedBit:
            var signature = try await key.sign(message, algorithm: algorithm)
            if let last = signature.indices.last { signature[last] ^= 1 }
            return signature
        case .empty: return []
        }
    }
}
