import EnrollmentCore
import Foundation
import Logging

/// Looks for what ends soon, writes it to the log and sends it to the webhook of the configuration.
struct AlertService: Sendable {
    /// Before the end of a client's certificate, where the configuration names no days.
    static let days = [30, 7, 1]

    let alerts: ExpiryAlerts
    let days: [Int]
    let webhook: AlertWebhook?
    let logger: Logger

    func look() async throws {
        for alert in try await alerts.look(days: days, queues: webhook != nil) {
            logger.log(
                level: alert.daysLeft < 1 ? .error : .warning, alert.daysLeft < 0 ? "ended" : "ends soon",
                metadata: [
                    "kind": "\(alert.kind.rawValue)", "name": "\(alert.name)", "identifier": "\(alert.identifier)",
                    "ends": "\(alert.ends.second)", "days": "\(alert.daysLeft)",
                ])
        }
        guard let webhook else { return }
        for message in try await alerts.waiting() {
            if let failure = await webhook.deliver(message) {
                logger.warning("the webhook for alerts did not take a message", metadata: ["reason": "\(failure)"])
            } else {
                try await alerts.delivered(message)
            }
        }
    }
}
