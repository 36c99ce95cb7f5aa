import PKIFormats

/// A private key, wherever it lives.
package protocol SigningKey: Sendable {
    var publicKey: SubjectPublicKeyInfo { get }

    /// What to sign with when nothing else is asked for.
    var defaultAlgorithm: SignatureAlgorithm { get }

    /// Throws `KeyFailure`, or `Overloaded` when too much work waits for the key.
    func sign(_ message: [UInt8], algorithm: SignatureAlgorithm) async throws -> [UInt8]
}

extension SigningKey {
    package func sign(_ message: [UInt8]) async throws -> [UInt8] { try await sign(message, algorithm: defaultAlgorithm) }
}
