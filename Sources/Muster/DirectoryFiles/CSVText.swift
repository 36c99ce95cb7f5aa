/// Comma-separated values (RFC 4180): rows of fields, quoted where they hold commas, quotes or line ends.
enum CSVText {
    /// - Throws: `CommandFailure` for a quote that is not closed, or text behind a closed one.
    static func rows(_ text: String) throws -> [[String]] {
        var rows: [[String]] = []
        var row: [String] = []
        var field = ""
        var isQuoted = false
        var wasQuoted = false
        var rest = Substring(text)
        if rest.first == "\u{FEFF}" { rest = rest.dropFirst() }
        func failure(_ what: String) -> CommandFailure { CommandFailure("row \(rows.count + 1): \(what)") }
        func endRow() {
            row.append(field)
            if row != [""] { rows.append(row) }
            (row, field, wasQuoted) = ([], "", false)
        }
        while let character = rest.popFirst() {
            if isQuoted {
                guard character == "\"" else {
                    field.append(character)
                    continue
                }
                if rest.first == "\"" {
                    field.append("\"")
                    rest = rest.dropFirst()
                } else {
                    (isQuoted, wasQuoted) = (false, true)
                }
                continue
            }
            switch character {
            case "\"":
                guard field.isEmpty, !wasQuoted else { throw failure("a quote in the middle of a field") }
                isQuoted = true
            case ",":
                row.append(field)
                (field, wasQuoted) = ("", false)
            case "\n", "\r\n", "\r": endRow()
            default:
                guard !wasQuoted else { throw failure("text behind a closed quote") }
                field.append(character)
            }
        }
        guard !isQuoted else { throw failure("a quote that is not closed") }
        if !field.isEmpty || !row.isEmpty { endRow() }
        return rows
    }
}
