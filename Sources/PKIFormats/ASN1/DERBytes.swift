import Foundation

/// Writes DER. Every function gives one whole element; what goes in as `[UInt8]` parts is already DER.
package enum DERBytes {
    /// One element with the identifier octet `tag`.
    package static func element(_ tag: UInt8, _ contents: [UInt8]) -> [UInt8] {
        element(tag, of: CollectionOfOne(contents))
    }

    /// Tag and length of an element with so many bytes of contents.
    package static func header(_ tag: UInt8, _ count: Int) -> [UInt8] {
        inPlace(longestHeader) { write(tag, count, to: $0) }
    }

    package static func sequence(_ parts: [UInt8]...) -> [UInt8] { sequence(of: parts) }
    package static func sequence(of parts: [[UInt8]]) -> [UInt8] { element(0x30, of: parts) }

    /// One element around these parts.
    private static func element(_ tag: UInt8, of parts: some Collection<[UInt8]>) -> [UInt8] {
        var count = 0
        for part in parts { count += part.count }
        return inPlace(longestHeader + count) { bytes in
            var size = write(tag, count, to: bytes)
            for part in parts {
                let place = UnsafeMutableRawBufferPointer(rebasing: bytes[size...])
                part.withUnsafeBytes { place.copyMemory(from: $0) }
                size += part.count
            }
            return size
        }
    }

    /// An array of what `write` put at the beginning of so many octets; it says how many these are. A small one is made on the stack and copied
    /// whole: of a certificate some sixty elements are made, and an array that grows, or is told its capacity, costs three times as much. A large
    /// one, such as a list of a million certificates, is not copied.
    static func inPlace(_ capacity: Int, _ write: (UnsafeMutableRawBufferPointer) -> Int) -> [UInt8] {
        guard capacity <= 1024 else {
            return [UInt8](unsafeUninitializedCapacity: capacity) { bytes, count in count = write(UnsafeMutableRawBufferPointer(bytes)) }
        }
        return withUnsafeTemporaryAllocation(byteCount: capacity, alignment: 1) { bytes in
            let count = write(bytes)
            return [UInt8](UnsafeRawBufferPointer(rebasing: bytes[..<count]))
        }
    }

    private static let longestHeader = 10

    /// - Parameter bytes: with room for the longest header.
    /// - Returns: how many octets the header has.
    private static func write(_ tag: UInt8, _ count: Int, to bytes: UnsafeMutableRawBufferPointer) -> Int {
        bytes[0] = tag
        guard count >= 0x80 else {
            bytes[1] = UInt8(truncatingIfNeeded: count)
            return 2
        }
        let octets = (Int.bitWidth - count.leadingZeroBitCount + 7) / 8
        bytes[1] = 0x80 | UInt8(truncatingIfNeeded: octets)
        for octet in 0..<octets { bytes[2 + octet] = UInt8(truncatingIfNeeded: count >> (8 * (octets - 1 - octet))) }
        return 2 + octets
    }

    /// A SET OF, sorted as X.690 §11.6 wants.
    package static func set(of parts: [[UInt8]], tag: UInt8 = 0x31) -> [UInt8] {
        element(tag, of: parts.count < 2 ? parts : parts.sorted { $0.lexicographicallyPrecedes($1) })
    }

    /// A SET OF in the order given, for the fields whose order means something to the readers.
    package static func setInOrder(_ parts: [[UInt8]], tag: UInt8 = 0x31) -> [UInt8] { element(tag, of: parts) }

    /// `[number] EXPLICIT`, number below 31.
    package static func explicit(_ number: UInt8, _ inner: [UInt8]) -> [UInt8] { element(0xA0 | number, inner) }

    /// `[number] IMPLICIT` of a primitive type, number below 31.
    package static func implicit(_ number: UInt8, _ contents: [UInt8]) -> [UInt8] { element(0x80 | number, contents) }

    package static func integer(_ number: Int) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { integer(contents: Array($0)) }
    }

    /// An INTEGER of these two's complement bytes; needless leading bytes are dropped, none means zero.
    package static func integer(contents: [UInt8], tag: UInt8 = 0x02) -> [UInt8] {
        var bytes = contents[...]
        while let first = bytes.first, let second = bytes.dropFirst().first,
            (first == 0 && second < 0x80) || (first == 0xFF && second >= 0x80)
        {
            bytes.removeFirst()
        }
        return element(tag, bytes.isEmpty ? [0] : Array(bytes))
    }

    /// An INTEGER of the unsigned number with these bytes, most significant first.
    package static func integer(unsigned magnitude: [UInt8]) -> [UInt8] { integer(contents: [0] + magnitude) }

    package static func enumerated(_ number: Int) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { integer(contents: Array($0), tag: 0x0A) }
    }

    package static func boolean(_ value: Bool) -> [UInt8] { [0x01, 0x01, value ? 0xFF : 0x00] }
    package static let null: [UInt8] = [0x05, 0x00]
    package static func octetString(_ contents: [UInt8]) -> [UInt8] { element(0x04, contents) }

    /// A BIT STRING of whole bytes.
    package static func bitString(_ contents: [UInt8]) -> [UInt8] { element(0x03, [0] + contents) }
    package static func oid(_ oid: OID) -> [UInt8] { oid.der }
    package static func utf8String(_ text: String) -> [UInt8] { element(0x0C, Array(text.utf8)) }
    package static func printableString(_ text: String) -> [UInt8] { element(0x13, Array(text.utf8)) }
    package static func ia5String(_ text: String) -> [UInt8] { element(0x16, Array(text.utf8)) }
    package static func bmpString(_ text: String) -> [UInt8] {
        element(0x1E, text.utf16.flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] })
    }

    /// UTCTime from 1950 to 2049, GeneralizedTime otherwise (RFC 5280 §4.1.2.5).
    package static func time(_ date: Date) -> [UInt8] {
        let civil = CivilTime(date)
        return civil.fitsUTCTime ? element(0x17, civil.shortened) : element(0x18, civil.generalized)
    }

    package static func generalizedTime(_ date: Date) -> [UInt8] { element(0x18, CivilTime(date).generalized) }
}
