import EnrollmentCore
import PKIFormats

/// A directory's export: a header, then a principal or name a row.
///
/// Columns: `key` (`user:alice`, `dns:pc1.corp.example`, `upn:…`, `email:…`), `sid`, types of alternative names, and attributes of the
/// subject. An empty field says nothing.
enum DirectoryFile {
    /// Rows of one file.
    private static let limit = 50_000

    /// - Throws: `CommandFailure` that names the row.
    static func entries(_ text: String, source: String) throws -> [DirectoryBook.Entry] {
        var rows = try CSVText.rows(text)[...]
        guard let header = rows.popFirst(), let key = header.firstIndex(of: "key") else {
            throw CommandFailure("the first row names the columns; one of them is 'key'")
        }
        let names = header.map(Template.NameType.init(rawValue:))
        for (column, name) in header.enumerated() where names[column] == nil && name != "key" && name != "sid" {
            guard Template.SubjectRule.isKnown(name) else { throw CommandFailure("there is no column '\(name)'") }
        }
        guard Set(header).count == header.count else { throw CommandFailure("a column occurs twice") }
        guard rows.count <= limit else { throw CommandFailure("more than \(limit) rows") }
        var entries: [DirectoryBook.Entry] = []
        for (number, row) in rows.enumerated() {
            let place = "row \(number + 2)"
            guard row.count == header.count else { throw CommandFailure("\(place) has \(row.count) fields, not \(header.count)") }
            guard let kind = row[key].firstIndex(of: ":").map({ String(row[key][..<$0]) }),
                ["user", "dns", "upn", "email", "challenge", "certificate", "webhook"].contains(kind), row[key].utf8.count <= 300
            else { throw CommandFailure("\(place): a key is user:NAME, dns:NAME, upn:NAME or email:NAME, not '\(row[key])'") }
            var sid: String?
            var found: [DirectoryName] = []
            var attributes: [String: String] = [:]
            for (column, text) in row.enumerated() where column != key && !text.isEmpty {
                guard text.utf8.count <= 255 else { throw CommandFailure("\(place): '\(header[column])' is longer than 255 octets") }
                if let type = names[column] {
                    guard type.isName(text) else { throw CommandFailure("\(place): '\(text)' is no \(type.rawValue) name") }
                    found.append(DirectoryName(type, text))
                } else if header[column] == "sid" {
                    guard DirectoryIdentity.isSecurityIdentifier(text) else { throw CommandFailure("\(place): '\(text)' is no SID") }
                    sid = text
                } else {
                    attributes[header[column]] = text
                }
            }
            entries.append(
                DirectoryBook.Entry(
                    key: row[key],
                    identity: DirectoryIdentity(source: source, securityIdentifier: sid, names: found, attributes: attributes)))
        }
        var seen: Set<String> = []
        for entry in entries where !seen.insert(entry.key).inserted { throw CommandFailure("'\(entry.key)' occurs twice") }
        return entries
    }
}
