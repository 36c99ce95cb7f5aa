import Crypto
import PKIFormats

/// RSA keys that anybody can make again, such as those of Debian's predictable random numbers (CVE-2008-0166): the lists of Debian's
/// `openssl-blacklist`, a line of 20 hexadecimal digits a key, the last 80 bits of SHA-1 over `Modulus=HEX` and a line feed.
package struct WeakKeyList: Sendable {
    /// The last 64 of the 80 bits, sorted.
    private var fingerprints: [UInt64] = []

    /// The empty list.
    package init() {}

    package var count: Int { fingerprints.count }

    /// Adds a list; empty lines and those that begin with `#` are skipped, a whole SHA-1 counts by its end. Throws on any other line.
    package mutating func add(_ text: String) throws(FormatError) {
        for line in text.utf8.split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) {
            guard line.first != UInt8(ascii: "#") else { continue }
            guard line.count == 20 || line.count == 40, let bits = Self.number(line.suffix(16)) else {
                throw FormatError("weak key list", "a line that is not a fingerprint: \(String(decoding: line.prefix(50), as: UTF8.self))")
            }
            fingerprints.append(bits)
        }
        fingerprints.sort()
    }

    package func contains(_ key: RSAPublicKey) -> Bool {
        guard !fingerprints.isEmpty else { return false }
        let digest = Insecure.SHA1.hash(data: Array("Modulus=\(key.modulus.hex.uppercased())\n".utf8))
        let wanted = digest.suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        var (low, high) = (0, fingerprints.count)
        while low < high {
            let middle = (low + high) / 2
            if fingerprints[middle] < wanted { low = middle + 1 } else { high = middle }
        }
        return low < fingerprints.count && fingerprints[low] == wanted
    }

    private static func number(_ digits: some Sequence<UInt8>) -> UInt64? {
        var number: UInt64 = 0
        for digit in digits {
            let value: UInt8
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = digit - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): value = digit - UInt8(ascii: "A") + 10
            default: return nil
            }
            number = number << 4 | UInt64(value)
        }
        return number
    }
}
