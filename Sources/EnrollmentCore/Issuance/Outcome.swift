/// How an accepted request ended. Everything else is a `Refusal`.
package enum Outcome: Sendable {
    case released(ReleasedIssuance)
    case pending(PendingRequest)
}

/// A request that waits for a person. It survives restarts.
package struct PendingRequest: Sendable {
    /// What a later poll or the operator names it by.
    package let reference: RequestID
    package let retryAfter: Duration
    /// Fit for the client.
    package let reason: String

    init(reference: RequestID, retryAfter: Duration = .seconds(60), reason: String) {
        self.reference = reference
        self.retryAfter = retryAfter
        self.reason = reason
    }
}
