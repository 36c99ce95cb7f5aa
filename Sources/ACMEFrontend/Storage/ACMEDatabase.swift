import Persistence

/// The persistence port with this door's errors.
struct ACMEDatabase: Sendable {
    let database: any Database

    func rows<T>(
        _ sql: String, _ parameters: [SQLValue], as make: (Row) throws(PersistenceError) -> T
    ) async throws(ACMEProblem) -> [T] {
        do {
            var values: [T] = []
            for row in try await database.read(sql, parameters) { values.append(try make(row)) }
            return values
        } catch {
            throw ACMEProblem(error)
        }
    }

    /// Writes all of it, or reports the condition that did not hold; other failures throw.
    func write(_ statements: [Statement]) async throws(ACMEProblem) -> WriteResult {
        do {
            try await database.write(WriteUnit(statements))
            return .written
        } catch {
            switch error {
            case .unmet(let label): return .unmet(label ?? "unnamed")
            case .conflict: return .conflict
            case .unavailable: throw ACMEProblem(error)
            }
        }
    }
}
