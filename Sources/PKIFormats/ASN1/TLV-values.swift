import Foundation

extension TLV {
    package func oid(_ structure: String) throws(FormatError) -> OID {
        // 64 octets hold every identifier in use and keep one from filling a log line.
        guard tag == .objectIdentifier, rawCount <= 66 else { throw FormatError(structure, "OBJECT IDENTIFIER expected") }
        guard let contents = primitive, let oid = OID(contents: contents) else {
            throw FormatError(structure, "malformed OBJECT IDENTIFIER")
        }
        return oid
    }

    /// The contents of an INTEGER or ENUMERATED: two's complement, not empty, at most `limit` bytes.
    package func integer(_ structure: String, tag expected: Tag = .integer, limit: Int = 128) throws(FormatError) -> [UInt8] {
        guard tag == expected, let bytes = primitive, !bytes.isEmpty, bytes.count <= limit else {
            throw FormatError(structure, "malformed INTEGER")
        }
        return Array(bytes)
    }

    /// A number from 0 up to 2³¹ - 1.
    package func smallInteger(_ structure: String, tag expected: Tag = .integer) throws(FormatError) -> Int {
        let bytes = try integer(structure, tag: expected, limit: 4)
        guard let first = bytes.first, first < 0x80 else { throw FormatError(structure, "negative INTEGER") }
        return bytes.reduce(0) { $0 << 8 | Int($1) }
    }

    package func boolean(_ structure: String) throws(FormatError) -> Bool {
        guard tag == .boolean, let bytes = primitive, bytes.count == 1, let byte = bytes.first else {
            throw FormatError(structure, "malformed BOOLEAN")
        }
        return byte != 0
    }

    /// A BIT STRING of whole bytes.
    package func bitStringBytes(_ structure: String) throws(FormatError) -> [UInt8] {
        guard tag == .bitString, let bytes = primitive, bytes.first == 0 else { throw FormatError(structure, "malformed BIT STRING") }
        return Array(bytes.dropFirst())
    }

    /// The contents of an OCTET STRING, or of what is tagged like one when `tag` is given. In BER it may come in pieces.
    package func octets(_ structure: String, tag expected: Tag = .octetString) throws(FormatError) -> [UInt8] {
        guard tag == expected else { throw FormatError(structure, "OCTET STRING expected") }
        if let bytes = primitive { return Array(bytes) }
        var reader = try reader(structure)
        var bytes: [UInt8] = []
        while let piece = reader.next() { bytes += try piece.octets(structure) }
        return bytes
    }

    /// UTCTime or GeneralizedTime in UTC, to the second.
    package func time(_ structure: String) throws(FormatError) -> Date {
        guard let bytes = primitive, tag == .utcTime || tag == .generalizedTime,
            let date = CivilTime(Array(bytes), isGeneralized: tag == .generalizedTime)?.date
        else { throw FormatError(structure, "malformed time") }
        return date
    }

    /// The text of any ASN.1 string type; nil for other types, broken encodings and text with a NUL.
    package var text: String? {
        guard let bytes = primitive else { return nil }
        let decoded: String?
        switch tag {
        case .utf8String, .printableString, .ia5String, .numericString, .visibleString:
            // Nearly every text is ASCII, and whole then.
            let isPlain = bytes.withUnsafeBufferPointer { $0.allSatisfy { (1..<0x80).contains($0) } }
            if isPlain { return String(decoding: bytes, as: UTF8.self) }
            decoded = tag == .utf8String ? String(validating: bytes, as: UTF8.self) : nil
        case .teletexString:
            var scalars = String.UnicodeScalarView()
            scalars.append(contentsOf: bytes.map { Unicode.Scalar($0) })
            decoded = String(scalars)
        case .bmpString: decoded = Self.wide(bytes, width: 2)
        case .universalString: decoded = Self.wide(bytes, width: 4)
        default: decoded = nil
        }
        guard let decoded, !decoded.unicodeScalars.contains("\0") else { return nil }
        return decoded
    }

    /// Big-endian code units of two (UCS-2, surrogate pairs tolerated) or four bytes.
    private static func wide(_ bytes: ArraySlice<UInt8>, width: Int) -> String? {
        guard bytes.count.isMultiple(of: width) else { return nil }
        var units: [UInt32] = []
        units.reserveCapacity(bytes.count / width)
        var unit: UInt32 = 0
        for (position, byte) in bytes.enumerated() {
            unit = unit << 8 | UInt32(byte)
            if position % width == width - 1 {
                units.append(unit)
                unit = 0
            }
        }
        return width == 2
            ? String(validating: units.map { UInt16(truncatingIfNeeded: $0) }, as: UTF16.self) : String(validating: units, as: UTF32.self)
    }
}
