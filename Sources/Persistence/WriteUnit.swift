/// Statements that become durable together or not at all. Data, not a closure, so that a driver may group or pipeline many units.
package struct WriteUnit: Sendable, Hashable {
    package var statements: [Statement]

    package init(_ statements: [Statement] = []) { self.statements = statements }

    package static func + (first: WriteUnit, second: WriteUnit) -> WriteUnit { WriteUnit(first.statements + second.statements) }

    package mutating func append(_ statement: Statement) { statements.append(statement) }

    package mutating func append(_ unit: WriteUnit) { statements += unit.statements }
}
