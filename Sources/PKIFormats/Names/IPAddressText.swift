/// The text of IP addresses.
package enum IPAddressText {
    /// Dotted quad for 4 bytes, RFC 5952 for 16, hexadecimal otherwise.
    package static func text(_ address: [UInt8]) -> String {
        if address.count == 4 { return address.map { String($0) }.joined(separator: ".") }
        guard address.count == 16 else { return address.hex }
        let groups = stride(from: 0, to: 16, by: 2).map { UInt16(address[$0]) << 8 | UInt16(address[$0 + 1]) }
        // The longest run of two or more zero groups becomes "::"; the first of equals.
        var run = 0..<0
        var position = 0
        while position < groups.count {
            let end = groups[position...].firstIndex { $0 != 0 } ?? groups.count
            if end - position > max(run.count, 1) { run = position..<end }
            position = max(end, position + 1)
        }
        func text(_ groups: ArraySlice<UInt16>) -> String { groups.map { String($0, radix: 16) }.joined(separator: ":") }
        return run.isEmpty ? text(groups[...]) : text(groups[..<run.lowerBound]) + "::" + text(groups[run.upperBound...])
    }
}
