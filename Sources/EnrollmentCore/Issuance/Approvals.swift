import Foundation

/// Where people decide about held requests. Evidence, policy and revocation are looked at again before anything is issued.
package struct Approvals: Sendable {
    /// What an approval led to.
    package enum Decision: Sendable {
        case released(ReleasedIssuance)
        /// So many further operators must approve.
        case waiting(Int)
    }

    private let catalog: Catalog
    private let ledger: IssuanceLedger
    private let pipeline: IssuancePipeline
    private let transactions: TransactionLog

    init(catalog: Catalog, ledger: IssuanceLedger, pipeline: IssuancePipeline, transactions: TransactionLog) {
        self.catalog = catalog
        self.ledger = ledger
        self.pipeline = pipeline
        self.transactions = transactions
    }

    /// Newest first; those that still wait, or all that are not yet forgotten.
    package func list(includingDecided: Bool = false) async throws(Refusal) -> [HeldRequest] {
        try await ledger.heldRequests(includingDecided ? "1 = 1" : "state = 'held'", [])
    }

    /// Approves, and issues when enough operators have.
    /// - Throws: `.notFound`; `.conflict` when this operator has approved before, or asked for it himself; what any stage of the path throws.
    package func approve(_ id: RequestID, by credential: OperatorCredential, comment: String?) async throws(Refusal) -> Decision {
        let held = try await waiting(id)
        guard held.principal != credential.principal else {
            throw Refusal(
                .conflict, at: .hold, publicText: "you asked for this yourself; another operator must approve it",
                detail: "\(credential.principal) made request \(id)")
        }
        guard !held.approvals.contains(credential.principal) else {
            throw Refusal(
                .conflict, at: .hold, publicText: "you have approved this request already; another operator must",
                detail: "\(credential.principal) approved \(id) before")
        }
        let needed = try await approvalsNeeded(held)
        guard held.approvals.count + 1 >= needed else {
            try await ledger.approve(held, by: credential.principal, comment: comment)
            return .waiting(needed - held.approvals.count - 1)
        }
        let claim = try ledger.approvalClaim(held, by: credential.principal, comment: comment)
        return .released(try await pipeline.resume(held, approvedBy: credential, claim: claim))
    }

    /// Rejects for good: the client is told at its next poll or retry.
    package func reject(_ id: RequestID, by credential: OperatorCredential, comment: String?) async throws(Refusal) {
        let held = try await waiting(id)
        try await ledger.reject(held, by: credential.principal, comment: comment)
        var trail = try await transactions.trail(of: id)
        trail.note(.hold, "rejected by \(credential.principal)\(comment.map { ": \($0)" } ?? "")")
        await transactions.write(TransactionLog.finish(id, outcome: .refused, trail: trail, at: ledger.surroundings.now))
    }

    private func waiting(_ id: RequestID) async throws(Refusal) -> HeldRequest {
        guard let held = try await ledger.heldRequests("id = ? AND state = 'held'", [.blob(id.bytes)]).first else {
            throw Refusal(
                .notFound, at: .hold, publicText: "no such request waits", detail: "held request \(id)",
                advice: "`muster pending` lists them")
        }
        return held
    }

    /// As the policy stands now. Where it would not hold the request any more, one: whether it lets in is looked at when the path is resumed.
    private func approvalsNeeded(_ held: HeldRequest) async throws(Refusal) -> Int {
        let now = ledger.surroundings.now
        let endpoint = try catalog.openEndpoint(named: held.endpoint)
        let applicant = Applicant(
            held.issuanceRequest(id: held.id, at: now), at: endpoint, principal: held.principal, proved: Set(held.proofs.map(\.fact.kind)))
        var ignored = Trail()
        let rates = RateBook(database: ledger.database)
        guard let rule = try? await endpoint.policy.deciding(applicant, rates: rates, now: now, trail: &ignored),
            case .hold(_, let approvals) = rule.disposition
        else { return 1 }
        return max(1, approvals)
    }
}
