import Crypto
import EnrollmentCore
import Foundation
import HTTPTransport
import PKIFormats

/// Sends alerts as JSON by POST, signed: whoever knows the secret can tell that a message is ours, and new.
struct AlertWebhook: Sendable {
    private static let timeout: Duration = .seconds(15)

    private let url: URL
    private let secret: SymmetricKey
    private let http: OutgoingHTTP

    /// Nil where the configuration names none.
    init?(_ configuration: Configuration, in directory: DataDirectory) throws {
        guard let alerts = configuration.alerts, let text = alerts.webhook else { return nil }
        guard let url = URL(string: text), let file = alerts.secretFile else { throw CommandFailure("alerts: a webhook needs secretFile") }
        guard
            let secret = try? String(contentsOfFile: directory.file(file), encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines),
            secret.utf8.count >= 16
        else { throw CommandFailure("alerts.secretFile: \(directory.file(file)) does not hold a secret of 16 characters or more") }
        self.url = url
        self.secret = SymmetricKey(data: Data(secret.utf8))
        let rules: AddressRules = configuration.lab ? .lab : alerts.allowPrivateAddresses == true ? .private : .public
        http = OutgoingHTTP(rules: rules)
    }

    /// Nil when the message was taken; else why not.
    func deliver(_ message: ExpiryAlerts.Message) async -> String? {
        let instant = Int(Date().timeIntervalSince1970)
        let code = HMAC<SHA256>.authenticationCode(for: Data("\(instant).\(message.body)".utf8), using: secret)
        do throws(OutgoingFailure) {
            let reply = try await http.post(
                url, body: Array(message.body.utf8),
                headers: [
                    ("Content-Type", "application/json"), ("Muster-Delivery", message.id.description),
                    ("Muster-Signature", "t=\(instant),v1=\(Array(code).hex)"),
                ], maxBody: 4096, timeout: Self.timeout)
            return (200..<300).contains(reply.status) ? nil : "it answered \(reply.status)"
        } catch {
            return "\(error)"
        }
    }
}
