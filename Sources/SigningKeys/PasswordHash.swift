import COpenSSL
import Crypto
import Foundation

/// Passwords as stored: `scrypt$N$r$p$salt$hash`, the last two in base64 (RFC 7914).
/// One costs 32 MiB and some 80 ms of a core: call from a `WorkPool`.
package enum PasswordHash {
    package static func make(_ password: String) throws -> String {
        let salt = SymmetricKey(size: .bits128).withUnsafeBytes { Array($0) }
        let cost = Cost(n: 32_768, r: 8, p: 1)
        guard let hash = derive(password, salt, cost, count: 32) else { throw KeyFailure(reason: "scrypt failed") }
        return "scrypt$\(cost.n)$\(cost.r)$\(cost.p)$\(Data(salt).base64EncodedString())$\(Data(hash).base64EncodedString())"
    }

    /// Compares in constant time; false for a stored text that cannot be read or that costs more than 128 MiB.
    package static func verify(_ password: String, _ stored: String) -> Bool {
        let fields = stored.split(separator: "$", omittingEmptySubsequences: false).map(String.init)
        guard fields.count == 6, fields[0] == "scrypt", let n = UInt64(fields[1]), let r = UInt64(fields[2]), let p = UInt64(fields[3]),
            (2...1 << 20).contains(n), (1...32).contains(r), (1...16).contains(p), 128 * n * r <= 128 << 20,
            let salt = Data(base64Encoded: fields[4]),
            let expected = Data(base64Encoded: fields[5]), (16...64).contains(expected.count),
            let hash = derive(password, [UInt8](salt), Cost(n: n, r: r, p: p), count: expected.count)
        else { return false }
        return zip(hash, expected).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private struct Cost {
        let n: UInt64
        let r: UInt64
        let p: UInt64
    }

    private static func derive(_ password: String, _ salt: [UInt8], _ cost: Cost, count: Int) -> [UInt8]? {
        var hash = [UInt8](repeating: 0, count: count)
        let secret = password.utf8.map { CChar(bitPattern: $0) }
        // What many connections left behind would else stand beside these 32 MiB at the process's peak.
        shim_trim_heap()
        let done = EVP_PBE_scrypt(secret, secret.count, salt, salt.count, cost.n, cost.r, cost.p, 160 << 20, &hash, count)
        ERR_clear_error()
        return done == 1 ? hash : nil
    }
}
