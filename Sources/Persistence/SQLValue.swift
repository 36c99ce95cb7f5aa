import Foundation

/// A value that a column holds or a placeholder takes: what SQLite and PostgreSQL have in common.
package enum SQLValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt8])

    /// An instant as whole seconds since 1970, rounded down.
    package static func date(_ instant: Date) -> SQLValue { .integer(Int64(instant.timeIntervalSince1970.rounded(.down))) }

    /// An instant or NULL.
    package static func date(_ instant: Date?) -> SQLValue { instant.map { .date($0) } ?? .null }

    /// 1 or 0.
    package static func flag(_ value: Bool) -> SQLValue { .integer(value ? 1 : 0) }

    /// A text or NULL.
    package static func optional(_ value: String?) -> SQLValue { value.map { .text($0) } ?? .null }

    /// Bytes or NULL.
    package static func optional(_ value: [UInt8]?) -> SQLValue { value.map { .blob($0) } ?? .null }

    /// A number or NULL.
    package static func optional(_ value: Int64?) -> SQLValue { value.map { .integer($0) } ?? .null }
}

extension SQLValue: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    package init(stringLiteral value: String) { self = .text(value) }
}

extension SQLValue: ExpressibleByIntegerLiteral {
    package init(integerLiteral value: Int64) { self = .integer(value) }
}

extension SQLValue: ExpressibleByNilLiteral {
    package init(nilLiteral: ()) { self = .null }
}
