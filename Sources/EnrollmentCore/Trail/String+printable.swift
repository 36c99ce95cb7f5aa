import PKIFormats

extension String {
    /// The text with control characters, bidirectional overrides and line separators written as escapes: what a stranger sent must not
    /// steer an operator's terminal, nor forge a line of a log.
    var printable: String {
        if isPrintableASCII() { return self }
        var text = ""
        for scalar in unicodeScalars {
            if scalar.isPrintable {
                text.unicodeScalars.append(scalar)
            } else {
                text += "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
        return text
    }
}

extension String {
    /// The first `limit` characters. Counting bytes first spares most texts the search for where characters end.
    func cut(to limit: Int) -> String { utf8.count <= limit ? self : String(prefix(limit)) }
}

extension Unicode.Scalar {
    /// Whether it shows, and shows nothing but itself.
    var isPrintable: Bool {
        if isASCII { return (0x20...0x7E).contains(value) }
        return switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
        default: true
        }
    }
}
