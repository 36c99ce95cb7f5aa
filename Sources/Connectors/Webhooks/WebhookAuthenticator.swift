import EnrollmentCore
import Foundation
import PKIFormats

/// Lets a service outside judge a challenge, and the request that carries it. Its yes covers the names that it was shown, or fewer.
package struct WebhookAuthenticator: Authenticator {
    private let store: WebhookStore
    private let client = WebhookClient()

    package init(store: WebhookStore) { self.store = store }

    package func examine(_ credential: any Credential, in context: ExaminationContext) async throws(Refusal) -> [Proof] {
        guard let credential = credential as? ChallengeCredential, let request = context.request,
            let webhook = try store.find(context.endpoint.name)
        else { return [] }
        guard !credential.secret.isEmpty, credential.secret.utf8.count <= 16_384 else {
            throw Refusal(
                .unauthenticated, at: .authenticate, publicText: "a challenge is required", detail: "the challenge is empty or overlong")
        }
        let question = WebhookQuestion(request, challenge: credential.secret)
        let verdict = try await ask(question, webhook)
        guard verdict.isAllowed else {
            throw Refusal(
                .badCredential, at: .authenticate, publicText: "the challenge was not accepted",
                detail: "the webhook says no\(verdict.reason.isEmpty ? "" : ": \(verdict.reason.prefix(300))")",
                advice: "look into the log of the service at \(webhook.url.host() ?? "")")
        }
        return [
            Proof(
                fact: .externallyAuthorized(by: webhook.identifier), principal: "webhook:\(webhook.identifier)",
                covers: try covers(verdict, request), directory: try directory(verdict, webhook), duties: try duties(question, webhook))
        ]
    }

    package func stillHolds(_ proof: StoredProof, in context: ExaminationContext) async throws(Refusal) -> Bool {
        guard case .externallyAuthorized(let name) = proof.fact else { return false }
        return store.all.contains { $0.endpoint == context.endpoint.name && $0.identifier == name }
    }

    private func ask(_ question: WebhookQuestion, _ webhook: Webhook) async throws(Refusal) -> WebhookVerdict {
        guard let body = try? WebhookBody.question(question, to: webhook) else {
            throw Refusal(.internalFault, at: .authenticate, detail: "the question for the webhook cannot be encoded")
        }
        let answer: [UInt8]
        do throws(WebhookClient.Failure) {
            answer = try await client.post(body, to: webhook, action: .ask, id: question.requestID)
        } catch {
            switch error {
            case .refused(let detail):
                throw Refusal(
                    .badCredential, at: .authenticate, publicText: "the challenge was not accepted", detail: "the webhook: \(detail)")
            case .unreachable(let detail):
                throw Refusal(
                    .overloaded, at: .authenticate, publicText: "the request cannot be checked now; try again later",
                    detail: "the webhook gave no answer: \(detail)", advice: "see that the service runs and can be reached from here")
            }
        }
        guard let verdict = WebhookVerdict(answer, format: webhook.format) else {
            throw Refusal(
                .badCredential, at: .authenticate, publicText: "the challenge was not accepted",
                detail: "the webhook's answer is not one of format \(webhook.format.rawValue)")
        }
        return verdict
    }

    private func covers(_ verdict: WebhookVerdict, _ request: IssuanceRequest) throws(Refusal) -> [NamePattern] {
        if let names = verdict.names {
            guard names.count <= 100 else {
                throw Refusal(.badCredential, at: .authenticate, detail: "the webhook names more than 100 names")
            }
            var patterns: [NamePattern] = []
            for name in names { patterns.append(try NamePattern(name)) }
            return patterns
        }
        let names = request.proposal.alternativeNames.compactMap(NamePattern.exactly)
        return names + (request.proposal.commonName.map { [.commonName($0)] } ?? [])
    }

    /// - Throws: `.badCredential` for an answer without measure.
    private func directory(_ verdict: WebhookVerdict, _ webhook: Webhook) throws(Refusal) -> DirectoryIdentity? {
        guard webhook.tellsDirectory, let told = verdict.directory else { return nil }
        let (names, attributes) = (told.names ?? [], told.attributes ?? [:])
        guard names.count <= 20, attributes.count <= 20,
            (names.map(\.text) + attributes.values + [told.sid ?? ""]).allSatisfy({ $0.utf8.count <= 255 }),
            told.sid.map(DirectoryIdentity.isSecurityIdentifier) ?? true
        else {
            throw Refusal(
                .badCredential, at: .authenticate, publicText: "the challenge was not accepted",
                detail: "the webhook's directory answer has too much in it, or a SID that is none")
        }
        return DirectoryIdentity(
            source: "webhook:\(webhook.identifier)", securityIdentifier: told.sid, names: names, attributes: attributes)
    }

    private func duties(_ question: WebhookQuestion, _ webhook: Webhook) throws(Refusal) -> [DutyOrder] {
        guard webhook.notifies else { return [] }
        guard let payload = try? JSONEncoder().encode(question) else {
            throw Refusal(.internalFault, at: .authenticate, detail: "the notification cannot be encoded")
        }
        return [
            DutyOrder(kind: WebhookNotification.kind, payload: try WebhookNotification.order(sealing: Array(payload), webhook, store))
        ]
    }
}
