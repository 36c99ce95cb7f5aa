import ACMEFrontend
import Connectors
import EnrollmentCore
import Persistence

/// The tables of all modules, in the order in which they are made.
enum Schema {
    static let migrations: [Migration] = CoreSchema.migrations + ACMEMigrations.all + ConnectorSchema.migrations
}
