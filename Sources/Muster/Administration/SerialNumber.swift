import PKIFormats

/// Serial numbers as operators read and type them.
enum SerialNumber {
    /// Lowercase hex without a sign octet.
    static func text(_ contents: [UInt8]) -> String {
        (contents.count > 1 && contents.first == 0 ? Array(contents.dropFirst()) : contents).hex
    }

    /// DER INTEGER contents of hex digits, with or without colons and a leading `0x`.
    static func contents(_ text: String) throws -> [UInt8] {
        var digits = text.lowercased().filter { $0 != ":" && $0 != " " }
        if digits.hasPrefix("0x") { digits.removeFirst(2) }
        if !digits.count.isMultiple(of: 2) { digits = "0" + digits }
        guard (2...42).contains(digits.count), let bytes = [UInt8](hex: digits) else {
            throw CommandFailure("'\(text.prefix(60))' is not a serial number in hex; `muster list` prints them")
        }
        let magnitude = Array(bytes.drop { $0 == 0 })
        guard let first = magnitude.first else { throw CommandFailure("0 is no certificate's serial number") }
        return first >= 0x80 ? [0] + magnitude : magnitude
    }
}
