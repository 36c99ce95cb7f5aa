import Crypto
import PKIFormats

/// Keys whose private halves are known to others: `DebianWeakKeys` always, and an operator's lists in one of two published forms, `add(_:)` and
/// `add(badkeys:)`.
///
/// The first is the form of Debian's `openssl-blacklist`: a line of 20 hexadecimal digits an RSA key, the last 80 bits of SHA-1 over `Modulus=HEX` and a
/// line feed.
package struct WeakKeyList: Sendable {
    /// The last 64 of the 80 bits, sorted.
    private var fingerprints: [UInt64] = []
    /// Sorted records of the badkeys project, a file each.
    private var collections: [[UInt8]] = []

    package enum Finding: Sendable {
        case debian, listed
    }

    /// No lists of an operator.
    package init() {}

    /// How many keys the operator's lists name.
    package var count: Int { fingerprints.count + collections.reduce(0) { $0 + $1.count / Self.recordSize } }

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

    /// Adds a `blocklist.dat` of the badkeys project: Debian's keys of every size and curve among them, and keys found in firmware, in
    /// repositories and in RFCs. Sorted records of 16 octets: the first 15 of a SHA-256, and the number of the collection.
    package mutating func add(badkeys octets: [UInt8]) throws(FormatError) {
        guard !octets.isEmpty, octets.count.isMultiple(of: Self.recordSize) else {
            throw FormatError("weak key list", "not a whole number of records")
        }
        // A search in unsorted records would find nothing, and say so.
        for start in stride(from: Self.recordSize, to: octets.count, by: Self.recordSize) {
            let former = octets[(start - Self.recordSize)..<(start - 1)]
            guard !octets[start..<(start + Self.digestSize)].lexicographicallyPrecedes(former) else {
                throw FormatError("weak key list", "the records are not sorted")
            }
        }
        collections.append(octets)
    }

    package func finding(on key: SubjectPublicKeyInfo) -> Finding? {
        if DebianWeakKeys.contains(key) { return .debian }
        return contains(key) ? .listed : nil
    }

    /// Whether an operator's list names the key.
    package func contains(_ key: SubjectPublicKeyInfo) -> Bool {
        if let rsa = key.rsa, contains(rsa) { return true }
        guard !collections.isEmpty, let number = Self.number(of: key) else { return false }
        let digest = HashAlgorithm.sha256.digest(number).prefix(Self.digestSize)
        return collections.contains { Self.finds(digest, in: $0) }
    }

    private static let recordSize = 16
    private static let digestSize = 15

    /// What badkeys hashes: the modulus, the x of a point or the octets of a key, as a number without leading zeros; ML-DSA keys as they are.
    static func number(of key: SubjectPublicKeyInfo) -> [UInt8]? {
        let octets: [UInt8] =
            switch key.kind {
            case .rsa: key.rsa?.modulus ?? []
            case .p256: Array(key.keyBytes.dropFirst().prefix(32))
            case .p384: Array(key.keyBytes.dropFirst().prefix(48))
            case .p521: Array(key.keyBytes.dropFirst().prefix(66))
            case .ed25519: key.keyBytes
            case .mldsa65, .mldsa87, .unsupported: [UInt8]()
            }
        switch key.kind {
        case .mldsa65, .mldsa87: return key.keyBytes
        case .unsupported: return nil
        case .rsa, .p256, .p384, .p521, .ed25519: return Array(octets.drop { $0 == 0 })
        }
    }

    private static func finds(_ digest: ArraySlice<UInt8>, in records: [UInt8]) -> Bool {
        func record(_ index: Int) -> ArraySlice<UInt8> { records[(index * recordSize)..<(index * recordSize + digestSize)] }
        let count = records.count / recordSize
        let place = (0..<count).partitioningIndex { !record($0).lexicographicallyPrecedes(digest) }
        return place < count && record(place).elementsEqual(digest)
    }

    package func contains(_ key: RSAPublicKey) -> Bool {
        guard !fingerprints.isEmpty else { return false }
        let digest = Insecure.SHA1.hash(data: Array("Modulus=\(key.modulus.hex.uppercased())\n".utf8))
        let wanted = digest.suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let place = fingerprints.indices.partitioningIndex { fingerprints[$0] >= wanted }
        return place < fingerprints.count && fingerprints[place] == wanted
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
