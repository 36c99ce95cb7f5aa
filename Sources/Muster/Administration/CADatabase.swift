import ACMEFrontend
import Connectors
import EnrollmentCore
import Foundation
import Logging
import Persistence
import SigningKeys

/// The open database of a CA, its tables up to date.
struct CADatabase: Sendable {
    let driver: SQLiteDatabase
    let surroundings = Surroundings()
    let logger: Logger

    /// - Parameter isNew: make the file; else it must be there.
    init(path: String, isNew: Bool = false, logger: Logger) async throws {
        guard FileManager.default.fileExists(atPath: path) != isNew else {
            throw CommandFailure(isNew ? "\(path) exists already" : "the database \(path) is missing")
        }
        self.logger = logger
        driver = try SQLiteDatabase(path: path, writesAlone: true)
        do {
            try await driver.migrate(Schema.migrations)
            driver.keep(try await AuditChain.open(AuditLog.defaultChain, in: driver))
        } catch {
            driver.close()
            throw error
        }
    }

    /// The core over this database, for the CAs that are given.
    /// - Parameter killPoint: where the process ends itself, for the tests of recovery.
    func services(
        _ authorities: AuthorityRegistry = AuthorityRegistry(), weakKeys: WeakKeyList = WeakKeyList(), rawRequests: RawRequests? = nil,
        webhooks: WebhookStore? = nil, killPoint: Checkpoint? = nil
    ) async throws -> EnrollmentServices {
        var authenticators: [AuthenticatorKind: any Authenticator] = [.acme: ACMEAuthenticator(database: driver)]
        var duties: [String: any ReleaseDuty] = [:]
        if let webhooks {
            try await webhooks.reload()
            authenticators[.webhook] = WebhookAuthenticator(store: webhooks)
            duties[WebhookNotification.kind] = WebhookNotification(store: webhooks)
        }
        let services = EnrollmentServices(
            database: driver, surroundings: surroundings, logger: logger, authorities: authorities,
            authenticators: authenticators, weakKeys: weakKeys, rawRequests: rawRequests, duties: duties,
            reached: KillPoint.reached(killPoint), releasesInSteps: killPoint == .completed)
        try await services.catalog.reload()
        try await services.signers.reload()
        return services
    }

    /// Whom endpoints ask; without the box their secrets stay sealed.
    func webhooks(_ box: SecretBox?) -> WebhookStore { WebhookStore(database: driver, surroundings: surroundings, box: box) }

    var generations: GenerationStore { GenerationStore(database: driver, surroundings: surroundings) }

    func close() { driver.close() }
}
