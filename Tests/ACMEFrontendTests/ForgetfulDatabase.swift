import Persistence
import Synchronization

/// A database that loses what is written behind while it is told to, as a server does whose power fails within the moment.
final class ForgetfulDatabase: Database {
    private let inner: any Database
    private let isForgetful = Atomic(false)

    init(_ inner: any Database) { self.inner = inner }

    func forget(_ isForgetful: Bool) { self.isForgetful.store(isForgetful, ordering: .sequentiallyConsistent) }

    func writeBehind(_ unit: WriteUnit, lost: @escaping @Sendable (PersistenceError) -> Void) async throws(PersistenceError) {
        guard isForgetful.load(ordering: .sequentiallyConsistent) else { return try await inner.write(unit) }
        lost(.unavailable("the power failed"))
    }

    func read(_ sql: String, _ parameters: [SQLValue]) async throws(PersistenceError) -> [Row] { try await inner.read(sql, parameters) }
    func write(_ unit: WriteUnit) async throws(PersistenceError) { try await inner.write(unit) }
    func migrate(_ migrations: [Migration]) async throws(PersistenceError) { try await inner.migrate(migrations) }
    func backup(to path: String) async throws(PersistenceError) { try await inner.backup(to: path) }
}
