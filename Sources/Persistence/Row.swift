import Foundation

/// One row of an answer. A column that is missing, NULL where a value is asked for, or of another type throws `.unavailable`.
package struct Row: Sendable, Hashable {
    private let positions: [String: Int]
    private let values: [SQLValue]

    /// - Parameter positions: column name to index in `values`; shared by all rows of an answer.
    init(positions: [String: Int], values: [SQLValue]) {
        self.positions = positions
        self.values = values
    }

    package func value(_ column: String) throws(PersistenceError) -> SQLValue {
        guard let position = positions[column], values.indices.contains(position) else {
            throw .unavailable("no column \(column) in the answer")
        }
        return values[position]
    }

    package func optionalText(_ column: String) throws(PersistenceError) -> String? {
        switch try value(column) {
        case .null: nil
        case .text(let text): text
        case .integer, .blob: throw .unavailable("column \(column) is not text")
        }
    }

    package func optionalInteger(_ column: String) throws(PersistenceError) -> Int64? {
        switch try value(column) {
        case .null: nil
        case .integer(let number): number
        case .text, .blob: throw .unavailable("column \(column) is not an integer")
        }
    }

    package func optionalBlob(_ column: String) throws(PersistenceError) -> [UInt8]? {
        switch try value(column) {
        case .null: nil
        case .blob(let bytes): bytes
        case .integer, .text: throw .unavailable("column \(column) is not a blob")
        }
    }

    /// An instant stored as whole seconds since 1970.
    package func optionalDate(_ column: String) throws(PersistenceError) -> Date? {
        try optionalInteger(column).map { Date(timeIntervalSince1970: TimeInterval($0)) }
    }

    package func text(_ column: String) throws(PersistenceError) -> String { try required(optionalText(column), column) }

    package func integer(_ column: String) throws(PersistenceError) -> Int64 { try required(optionalInteger(column), column) }

    package func blob(_ column: String) throws(PersistenceError) -> [UInt8] { try required(optionalBlob(column), column) }

    package func date(_ column: String) throws(PersistenceError) -> Date { try required(optionalDate(column), column) }

    /// An integer read as truth: anything but 0.
    package func flag(_ column: String) throws(PersistenceError) -> Bool { try integer(column) != 0 }

    private func required<Value>(_ value: Value?, _ column: String) throws(PersistenceError) -> Value {
        guard let value else { throw .unavailable("column \(column) is NULL") }
        return value
    }
}
