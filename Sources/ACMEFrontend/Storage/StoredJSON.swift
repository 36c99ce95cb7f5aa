import ACMEWire
import PKIFormats
import Persistence

/// Values that stand as JSON in a text column.
enum StoredJSON {
    static func text(_ value: some JSONWritable) -> String { String(decoding: ACMEJSON.encode(value), as: UTF8.self) }

    static func problem(_ text: String, column: String) throws(PersistenceError) -> Problem {
        try read(text, column) { (value) throws(FormatError) in
            guard case .object(let object) = value else { throw FormatError(column, "no object") }
            return try Problem(object)
        }
    }

    static func authorizations(_ text: String, column: String) throws(PersistenceError) -> [Authorization] {
        try read(text, column) { (value) throws(FormatError) in
            guard case .array(let values) = value else { throw FormatError(column, "no array") }
            var authorizations: [Authorization] = []
            for case .object(let object) in values { authorizations.append(try Authorization(object)) }
            guard authorizations.count == values.count else { throw FormatError(column, "no objects") }
            return authorizations
        }
    }

    static func texts(_ text: String, column: String) throws(PersistenceError) -> [String] {
        try read(text, column) { (value) throws(FormatError) in
            guard case .array(let values) = value else { throw FormatError(column, "no array") }
            var texts: [String] = []
            for case .string(let string) in values { texts.append(string.text) }
            guard texts.count == values.count else { throw FormatError(column, "no texts") }
            return texts
        }
    }

    private static func read<T>(
        _ text: String, _ column: String, _ make: (JSONValue) throws(FormatError) -> T
    ) throws(PersistenceError) -> T {
        do {
            return try make(StrictJSON.value(Array(text.utf8), what: column))
        } catch {
            throw .unavailable("column \(column) does not hold what was written there")
        }
    }
}
