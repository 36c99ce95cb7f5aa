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

    /// Before a read that must not miss what was written behind.
    func settle() async throws(ACMEProblem) {
        do { try await database.settle() } catch { throw ACMEProblem(error) }
    }

    /// Writes all of it, or reports the condition that did not hold; other failures throw.
    /// - Parameter lost: where given, the caller does not wait for the disk, and is told here when it was not written after all.
    func write(
        _ statements: [Statement], behind lost: (@Sendable (PersistenceError) -> Void)? = nil
    ) async throws(ACMEProblem) -> WriteResult {
        let unit = WriteUnit(statements)
        do {
            if let lost { try await database.writeBehind(unit, lost: lost) } else { try await database.write(unit) }
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
