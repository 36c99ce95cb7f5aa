import Crypto

extension RawOperation {
    /// Everything that swift-crypto does for the server.
    static func curves() throws -> [RawOperation] {
        let message = Sample.message
        let p256 = P256.Signing.PrivateKey()
        let p256Signature = try p256.signature(for: SHA256.hash(data: message))
        let p384 = P384.Signing.PrivateKey()
        let p384Signature = try p384.signature(for: SHA384.hash(data: message))
        let ed25519 = Curve25519.Signing.PrivateKey()
        let ed25519Signature = try ed25519.signature(for: message)
        let mldsa = try MLDSA65.PrivateKey()
        let mldsaSignature = try mldsa.signature(for: message)
        let (agreement, peer) = (P256.KeyAgreement.PrivateKey(), P256.KeyAgreement.PrivateKey().publicKey)
        let (x25519, xPeer) = (Curve25519.KeyAgreement.PrivateKey(), Curve25519.KeyAgreement.PrivateKey().publicKey)
        let macKey = SymmetricKey(size: .bits256)
        return [
            RawOperation("p256.sign") { _ = try p256.signature(for: SHA256.hash(data: message)) },
            RawOperation("p256.verify") {
                try FloorFailure.check(p256.publicKey.isValidSignature(p256Signature, for: SHA256.hash(data: message)), "P-256")
            },
            RawOperation("p384.sign") { _ = try p384.signature(for: SHA384.hash(data: message)) },
            RawOperation("p384.verify") {
                try FloorFailure.check(p384.publicKey.isValidSignature(p384Signature, for: SHA384.hash(data: message)), "P-384")
            },
            RawOperation("ed25519.sign") { _ = try ed25519.signature(for: message) },
            RawOperation("ed25519.verify") {
                try FloorFailure.check(ed25519.publicKey.isValidSignature(ed25519Signature, for: message), "Ed25519")
            },
            RawOperation("mldsa65.sign") { _ = try mldsa.signature(for: message) },
            RawOperation("mldsa65.verify") {
                try FloorFailure.check(mldsa.publicKey.isValidSignature(mldsaSignature, for: message), "ML-DSA-65")
            },
            RawOperation("p256.ecdh") { _ = try agreement.sharedSecretFromKeyAgreement(with: peer) },
            RawOperation("x25519.ecdh") { _ = try x25519.sharedSecretFromKeyAgreement(with: xPeer) },
            RawOperation("sha256.600") { _ = SHA256.hash(data: message) },
            RawOperation("hmac.100") { _ = HMAC<SHA256>.authenticationCode(for: message.prefix(100), using: macKey) },
        ]
    }
}
