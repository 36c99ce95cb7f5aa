import COpenSSL
import Foundation
import PKIFormats
import Synchronization

/// An OpenSSL private key: owned, and never changed after it was made, so that threads may share it.
final class PrivateKeyHandle: @unchecked Sendable {
    let raw: OpaquePointer
    /// The last certificate that a message to this key was addressed to; a key has one, or few.
    private let lastRecipient = Mutex<RecipientCertificate?>(nil)

    /// Takes over `raw`; the error queue of this thread is emptied when it is nil.
    init(adopting raw: OpaquePointer?, _ what: String) throws {
        guard let raw else {
            ERR_clear_error()
            throw KeyFailure(reason: what)
        }
        self.raw = raw
    }

    /// The certificate for opening messages; nil when it cannot be read.
    func recipient(_ der: [UInt8]) -> RecipientCertificate? {
        lastRecipient.withLock { last in
            if last?.der != der { last = RecipientCertificate(der: der) }
            return last
        }
    }

    deinit {
        EVP_PKEY_free(raw)
    }

    static func generate(_ algorithm: KeyAlgorithm) throws -> PrivateKeyHandle {
        defer { ERR_clear_error() }
        let failure = KeyFailure(reason: "cannot generate a \(algorithm.rawValue) key")
        let family = algorithm.rsaBits != nil ? "RSA" : algorithm.curve != nil ? "EC" : "ED25519"
        guard let context = EVP_PKEY_CTX_new_from_name(nil, family, nil) else { throw failure }
        defer { EVP_PKEY_CTX_free(context) }
        guard EVP_PKEY_keygen_init(context) == 1 else { throw failure }
        let isSet =
            if let bits = algorithm.rsaBits {
                EVP_PKEY_CTX_set_rsa_keygen_bits(context, Int32(bits))
            } else if let curve = algorithm.curve {
                EVP_PKEY_CTX_set_group_name(context, curve)
            } else {
                Int32(1)
            }
        guard isSet == 1 else { throw failure }
        var key: OpaquePointer?
        guard EVP_PKEY_generate(context, &key) == 1 else { throw failure }
        return try PrivateKeyHandle(adopting: key, failure.reason)
    }

    func publicKey() throws -> SubjectPublicKeyInfo {
        defer { ERR_clear_error() }
        let count = i2d_PUBKEY(raw, nil)
        guard count > 0 else { throw KeyFailure(reason: "cannot write the public key") }
        let der = [UInt8](unsafeUninitializedCapacity: Int(count)) { buffer, written in
            var end = buffer.baseAddress
            written = max(Int(i2d_PUBKEY(raw, &end)), 0)
        }
        return try SubjectPublicKeyInfo(der: der)
    }

    /// The secret number of a curve key, `count` bytes.
    func scalar(count: Int) throws -> [UInt8] {
        defer { ERR_clear_error() }
        var number: OpaquePointer?
        guard EVP_PKEY_get_bn_param(raw, OSSL_PKEY_PARAM_PRIV_KEY, &number) == 1 else { throw KeyFailure(reason: "not a private key") }
        defer { BN_clear_free(number) }
        var bytes = [UInt8](repeating: 0, count: count)
        guard BN_bn2binpad(number, &bytes, Int32(count)) == Int32(count) else {
            throw KeyFailure(reason: "not a private key of that curve")
        }
        return bytes
    }
}
