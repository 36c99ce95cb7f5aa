import Foundation

/// Fingerprints as people compare them.
enum Fingerprint {
    /// `AB:CD:…` of hex digits.
    static func grouped(_ hex: String) -> String {
        var text = ""
        for (position, digit) in hex.uppercased().enumerated() {
            if position > 0, position.isMultiple(of: 2) { text.append(":") }
            text.append(digit)
        }
        return text
    }
}

extension String {
    /// Filled with spaces on the right.
    func padded(to width: Int) -> String { padding(toLength: max(width, count), withPad: " ", startingAt: 0) }
}
