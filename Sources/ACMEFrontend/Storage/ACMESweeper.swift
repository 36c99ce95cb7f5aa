import EnrollmentCore
import Foundation
import Logging
import PKIFormats
import Persistence
import Synchronization

/// Removes what has been over for long enough: the tables stay as large as the work, not as the past.
final class ACMESweeper: Sendable {
    private static let interval: TimeInterval = 3600
    private static let day: TimeInterval = 86_400

    private let database: any Database
    private let surroundings: Surroundings
    private let orderRetention: TimeInterval
    private let accounts: AccountCache
    private let logger: Logger
    private let last: Mutex<Date?> = Mutex(nil)

    init(database: any Database, surroundings: Surroundings, orderRetention: TimeInterval, accounts: AccountCache, logger: Logger) {
        self.database = database
        self.surroundings = surroundings
        self.orderRetention = orderRetention
        self.accounts = accounts
        self.logger = logger
    }

    /// Sweeps in the background, once an hour at most, on the occasion of a write.
    func sweepIfDue() {
        let now = surroundings.now
        let isDue = last.withLock { last in
            guard last.map({ now.timeIntervalSince($0) >= Self.interval }) ?? true else { return false }
            last = now
            return true
        }
        if isDue { Task { await sweep(at: now) } }
    }

    /// Unfinished orders go a week after they expired, finished ones at the end of their retention, names with the authorizations that hold
    /// for them, accounts that never ordered anything after 90 days. Deactivated accounts stay, so that their keys stay dead.
    func sweep(at now: Date) async {
        let lastWeek = now.addingTimeInterval(-7 * Self.day)
        let retained = now.addingTimeInterval(-orderRetention)
        let longAgo = now.addingTimeInterval(-90 * Self.day)
        // Each by an index that holds hardly more than what goes: of the open orders, of the invalid ones, and the ids, which begin with the
        // time and are older than the expiry.
        let unit = WriteUnit([
            Statement(
                "DELETE FROM acme_orders WHERE \(OrderStore.open) AND status <> 'processing' AND expires_at < ?",
                [.date(lastWeek)]),
            Statement(
                "DELETE FROM acme_orders WHERE \(OrderStore.open) AND expires_at < ?", [.date(longAgo)]),
            Statement("DELETE FROM acme_orders WHERE status = 'invalid' AND expires_at < ?", [.date(lastWeek)]),
            Statement(
                "DELETE FROM acme_orders WHERE status = 'valid' AND id < ? AND expires_at < ?",
                [.text(RequestID.earliest(at: retained).hex), .date(retained)]),
            Statement("DELETE FROM acme_authorized_names WHERE expires_at < ?", [.date(now)]),
            Statement(
                "DELETE FROM acme_accounts WHERE status = 'valid' AND last_order_at IS NULL AND created_at < ?", [.date(longAgo)]),
        ])
        defer { accounts.forget(nil) }
        do {
            try await database.write(unit)
        } catch {
            logger.error("the ACME tables were not swept", metadata: ["reason": "\(error)"])
        }
    }
}
