import EnrollmentCore
import Foundation

/// Tells the service that said yes of the certificate, before the client gets it. No answer, or a no, keeps the certificate back.
package struct WebhookNotification: ReleaseDuty {
    package static let kind = "webhook"

    private let store: WebhookStore
    private let client = WebhookClient()

    package init(store: WebhookStore) { self.store = store }

    /// What is remembered between the yes and the notification, which may be a restart away: the endpoint, and the question, sealed.
    private struct Payload: Codable {
        let endpoint: String
        let sealed: [UInt8]
    }

    static func order(sealing question: [UInt8], _ webhook: Webhook, _ store: WebhookStore) throws(Refusal) -> [UInt8] {
        let payload = Payload(endpoint: webhook.endpoint, sealed: try store.seal(question, of: webhook.endpoint))
        guard let encoded = try? JSONEncoder().encode(payload) else {
            throw Refusal(.internalFault, at: .authenticate, detail: "the order of a notification cannot be encoded")
        }
        return Array(encoded)
    }

    package func perform(_ order: DutyOrder, for issued: DutyCertificate) async throws(Refusal) {
        guard let payload = try? JSONDecoder().decode(Payload.self, from: Data(order.payload)),
            let opened = store.open(payload.sealed, of: payload.endpoint),
            let question = try? JSONDecoder().decode(WebhookQuestion.self, from: Data(opened))
        else { throw failure("the order cannot be opened") }
        guard let webhook = try store.find(payload.endpoint) else { throw failure("\(payload.endpoint) has no webhook any more") }
        guard let body = try? WebhookBody.notification(question, of: issued, to: webhook) else {
            throw failure("the notification cannot be encoded")
        }
        let answer: [UInt8]
        do throws(WebhookClient.Failure) {
            answer = try await client.post(body, to: webhook, action: .notify, id: question.requestID)
        } catch {
            switch error {
            case .refused(let detail), .unreachable(let detail): throw failure(detail)
            }
        }
        // step-ca's hooks and our own answer a notification with any 2xx; the MDM's says so in the body.
        guard webhook.format == .mdmValidation else { return }
        guard let verdict = WebhookVerdict(answer, format: webhook.format), verdict.isAllowed else {
            throw failure("it did not take the notification")
        }
    }

    private func failure(_ detail: String) -> Refusal {
        Refusal(
            .overloaded, at: .release, publicText: "the certificate could not be released; try again later",
            detail: "the notification of the webhook failed: \(detail)",
            advice: "see that the service runs; the certificate is quarantined and revoked, and the next try gets a new one")
    }
}
