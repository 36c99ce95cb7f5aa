/// Texts as JSON strings, without an encoder's ado.
enum JSONString {
    /// Appends the text in quotation marks; what does not print is escaped.
    static func append(_ text: String, to json: inout String) {
        json += "\""
        if text.isPrintableASCII(besides: UInt8(ascii: "\""), UInt8(ascii: "\\")) {
            json += text
        } else {
            for scalar in text.unicodeScalars {
                switch scalar {
                case "\"": json += "\\\""
                case "\\": json += "\\\\"
                case _ where scalar.isPrintable: json.unicodeScalars.append(scalar)
                default:
                    for unit in Character(scalar).utf16 {
                        let digits = String(unit, radix: 16)
                        json += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                    }
                }
            }
        }
        json += "\""
    }
}
