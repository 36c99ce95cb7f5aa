import PKIFormats
import SigningKeys
import Synchronization

/// A signing key that can be told to have no time.
package final class SwitchableKey: SigningKey {
    private let key: SoftwareKey
    private let overloaded = Mutex(false)

    package init(_ key: SoftwareKey) { self.key = key }

    package var publicKey: SubjectPublicKeyInfo { key.publicKey }
    package var defaultAlgorithm: SignatureAlgorithm { key.defaultAlgorithm }

    package var isOverloaded: Bool {
        get { overloaded.withLock { $0 } }
        set { overloaded.withLock { $0 = newValue } }
    }

    package func sign(_ message: [UInt8], algorithm: SignatureAlgorithm) async throws -> [UInt8] {
        if isOverloaded { throw Overloaded(retryAfter: .seconds(1)) }
        return try await key.sign(message, algorithm: algorithm)
    }
}
