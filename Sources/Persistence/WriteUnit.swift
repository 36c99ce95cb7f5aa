/// Statements that become durable together or not at all. Data, not a closure, so that a driver may group or pipeline many units.
package struct WriteUnit: Sendable, Hashable {
    package var statements: [Statement]
    /// What the driver's journal is to hold when the unit holds, in order. A driver without a journal drops it.
    package var journal: [String]

    package init(_ statements: [Statement] = [], journal: [String] = []) {
        self.statements = statements
        self.journal = journal
    }

    package static func + (first: WriteUnit, second: WriteUnit) -> WriteUnit {
        WriteUnit(first.statements + second.statements, journal: first.journal + second.journal)
    }

    package mutating func append(_ statement: Statement) { statements.append(statement) }

    package mutating func append(_ unit: WriteUnit) {
        statements += unit.statements
        journal += unit.journal
    }
}
