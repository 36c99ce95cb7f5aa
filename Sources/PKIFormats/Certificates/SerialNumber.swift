/// The text of serial numbers.
package enum SerialNumber {
    /// Lowercase hexadecimal digits of an INTEGER's contents, without a leading zero byte; `00` for zero.
    package static func hex(_ contents: [UInt8]) -> String {
        let significant = contents.drop { $0 == 0 }
        return significant.isEmpty ? "00" : significant.hex
    }

    /// The INTEGER contents for these digits (either case, an odd count is fine); nil for anything else or more than 128 bytes.
    package static func contents(hex text: String) -> [UInt8]? {
        guard !text.isEmpty, text.utf8.count <= 256, let bytes = [UInt8](hex: text.utf8.count.isMultiple(of: 2) ? text : "0" + text) else {
            return nil
        }
        let significant = Array(bytes.drop { $0 == 0 })
        guard let first = significant.first else { return [0] }
        return first >= 0x80 ? [0] + significant : significant
    }
}
