import CWeakKeys
import PKIFormats

/// The keys that Debian's OpenSSL 0.9.8c-1 to 0.9.8g-8 made from nothing but a process id (CVE-2008-0166), as far as docs/adr/0019 says. They are part
/// of the program (`Sources/CLibs/CWeakKeys`) and read where they lie.
package enum DebianWeakKeys {
    private static let recordSize = MemoryLayout<UInt64>.size

    package static var count: Int { muster_debian_weak_keys_size() / recordSize }

    /// The list holds the first 64 bits of SHA-256 over each key's number, in ascending order.
    static func contains(_ key: SubjectPublicKeyInfo) -> Bool {
        switch key.kind {
        case .rsa, .p256, .p384: break
        case .p521, .ed25519, .mldsa65, .mldsa87, .unsupported: return false
        }
        guard let number = WeakKeyList.number(of: key), let records = UnsafeRawPointer(muster_debian_weak_keys()) else { return false }
        let wanted = HashAlgorithm.sha256.digest(number).prefix(recordSize).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        func record(_ index: Int) -> UInt64 {
            UInt64(bigEndian: records.loadUnaligned(fromByteOffset: index * recordSize, as: UInt64.self))
        }
        let place = (0..<count).partitioningIndex { record($0) >= wanted }
        return place < count && record(place) == wanted
    }
}
