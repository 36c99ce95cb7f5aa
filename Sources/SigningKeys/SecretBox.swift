import Crypto
import Foundation

/// Seals small secrets that the server must be able to read again, such as the shared secret of a webhook: AES-256-GCM under a key
/// derived from a key file that serves nothing else.
package struct SecretBox: Sendable {
    private let key: SymmetricKey

    /// - Parameter purpose: what the box is for; boxes of different purposes do not open each other's.
    package init(_ key: SoftwareKey, purpose: String) throws {
        let material = SymmetricKey(data: Data(try key.unencryptedPEM().utf8))
        self.key = HKDF<SHA256>.deriveKey(inputKeyMaterial: material, info: Data(purpose.utf8), outputByteCount: 32)
    }

    /// - Parameter owner: what the secret belongs to; it must be given again to open it.
    package func seal(_ secret: [UInt8], of owner: String) throws -> [UInt8] {
        guard let sealed = try AES.GCM.seal(secret, using: key, authenticating: Data(owner.utf8)).combined else {
            throw KeyFailure(reason: "a secret could not be sealed")
        }
        return Array(sealed)
    }

    /// - Throws: for bytes that this box did not seal for this owner.
    package func open(_ sealed: [UInt8], of owner: String) throws -> [UInt8] {
        Array(try AES.GCM.open(AES.GCM.SealedBox(combined: sealed), using: key, authenticating: Data(owner.utf8)))
    }
}
