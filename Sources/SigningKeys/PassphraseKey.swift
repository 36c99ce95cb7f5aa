import COpenSSL
import Crypto
import Foundation

/// A key of 256 bits from a passphrase: scrypt (RFC 7914) with N = 32,768, r = 8, p = 1. One costs 32 MiB and some 80 ms of a core.
package enum PassphraseKey {
    package static let saltLength = 16

    package static func derive(_ passphrase: String, salt: [UInt8]) throws -> SymmetricKey {
        var key = [UInt8](repeating: 0, count: 32)
        let secret = passphrase.utf8.map { CChar(bitPattern: $0) }
        let done = EVP_PBE_scrypt(secret, secret.count, salt, salt.count, 32_768, 8, 1, 160 << 20, &key, key.count)
        ERR_clear_error()
        guard done == 1 else { throw KeyFailure(reason: "scrypt failed") }
        return SymmetricKey(data: key)
    }
}
