import Crypto
import EnrollmentCore
import Foundation
import HTTPTransport
import PKIFormats

/// Puts a question to a service: one POST, signed, bounded in time and size, tried twice. Whatever is not a clear answer is a refusal.
struct WebhookClient: Sendable {
    /// What happened on the way, besides an answer.
    enum Failure: Error {
        case unreachable(String)
        case refused(String)
    }

    /// For one try; two tries and the pause between them stay within the lease of an issuance.
    static let timeout = Duration.seconds(8)
    static let maxAnswer = 64 * 1024

    /// - Returns: the body of a 2xx.
    func post(_ body: [UInt8], to webhook: Webhook, action: Action, id: String) async throws(Failure) -> [UInt8] {
        let url = Self.url(of: action, webhook)
        let headers = Self.headers(body, webhook, id: id)
        var last = ""
        for attempt in 1...2 {
            if attempt == 2 { try? await Task.sleep(for: .milliseconds(500)) }
            let reply: OutgoingReply
            do {
                reply = try await OutgoingHTTP(rules: webhook.rules).post(
                    url, body: body, headers: headers, maxBody: Self.maxAnswer, timeout: Self.timeout)
            } catch {
                last = "\(error)"
                continue
            }
            switch reply.status {
            case 200..<300: return reply.body
            case 500...: last = "it answered HTTP \(reply.status)"
            default: throw .refused("it answered HTTP \(reply.status)")
            }
        }
        throw .unreachable(last)
    }

    enum Action: String {
        case ask, notify
    }

    /// The MDM's service has a path of its own for each action; the others tell by the body.
    private static func url(of action: Action, _ webhook: Webhook) -> URL {
        guard webhook.format == .mdmValidation else { return webhook.url }
        return webhook.url.appendingPathComponent("ScepActions").appendingPathComponent(
            action == .ask ? "validateRequest" : "successNotification")
    }

    private static func headers(_ body: [UInt8], _ webhook: Webhook, id: String) -> [(name: String, value: String)] {
        var headers = [("Content-Type", "application/json"), ("X-Request-Id", id)]
        if let authorization = webhook.secrets.authorization { headers.append(("Authorization", authorization)) }
        let signature = Array(HMAC<SHA256>.authenticationCode(for: body, using: SymmetricKey(data: webhook.secrets.signingKey))).hex
        switch webhook.format {
        case .muster: headers += [("X-Muster-Webhook-Id", webhook.identifier), ("X-Muster-Signature", signature)]
        case .stepCA: headers += [("X-Smallstep-Webhook-ID", webhook.identifier), ("X-Smallstep-Signature", signature)]
        case .mdmValidation:
            headers += [
                ("client-request-id", UUID().uuidString.lowercased()), ("api-version", "2018-02-20"), ("UserAgent", WebhookBody.caller),
            ]
        }
        return headers.map { (name: $0.0, value: $0.1) }
    }
}
