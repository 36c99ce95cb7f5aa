import ACMEWire
import Foundation
import Persistence

/// Values that stand as JSON in a text column.
enum StoredJSON {
    static func text(_ value: some Encodable) -> String { String(decoding: ACMEJSON.encode(value), as: UTF8.self) }

    static func value<T: Decodable>(_ type: T.Type, _ text: String, column: String) throws(PersistenceError) -> T {
        do {
            return try JSONDecoder().decode(type, from: Data(text.utf8))
        } catch {
            throw .unavailable("column \(column) does not hold what was written there")
        }
    }
}
