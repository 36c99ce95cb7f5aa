import Foundation
import PKIFormats
import Persistence

/// The one path from a knock at a door to a certificate. Each stage's type can only be made by the stage before it.
package struct IssuancePipeline: Sendable {
    let catalog: Catalog
    let desk: AuthenticationDesk
    private let ledger: IssuanceLedger
    private let authorities: AuthorityRegistry
    private let transactions: TransactionLog
    let surroundings: Surroundings
    let weakKeys: WeakKeyList
    private let duties: [String: any ReleaseDuty]
    private let reached: @Sendable (Checkpoint) -> Void
    /// Whether something stands between complete and release, so that each is a transaction of its own.
    private let releasesInSteps: Bool

    /// - Parameters:
    ///   - authorities: the CAs; looked at anew for each request.
    ///   - reached: called at each checkpoint; only tests pass one.
    ///   - releasesInSteps: reach the checkpoint between complete and release too.
    package init(
        catalog: Catalog, desk: AuthenticationDesk, ledger: IssuanceLedger, authorities: AuthorityRegistry, transactions: TransactionLog,
        surroundings: Surroundings, weakKeys: WeakKeyList = WeakKeyList(), duties: [String: any ReleaseDuty] = [:],
        reached: @escaping @Sendable (Checkpoint) -> Void = { _ in }, releasesInSteps: Bool = false
    ) {
        self.catalog = catalog
        self.desk = desk
        self.ledger = ledger
        self.authorities = authorities
        self.transactions = transactions
        self.surroundings = surroundings
        self.weakKeys = weakKeys
        self.duties = duties
        self.reached = reached
        self.releasesInSteps = releasesInSteps
    }

    /// Takes a decoded request to its outcome, and writes its trail whatever happens.
    /// - Parameter preparing: makes ready what the client is to be told, while the release is on its way to the disk; nobody may be told before
    ///   this function returns. A shortcut: not called for what was settled before, is held, or has duties to wait for.
    package func process(
        _ request: IssuanceRequest, preparing: (ReleasedIssuance) async -> Void = { _ in }
    ) async throws(Refusal) -> Outcome {
        var trail = Trail()
        Exchange.current?.leads(to: request.id)
        do {
            let outcome = try await run(request, &trail, preparing)
            await transactions.keepRaw(request)
            return outcome
        } catch {
            await transactions.refuse(error, request: request, trail: trail)
            throw error
        }
    }

    private func run(
        _ request: IssuanceRequest, _ trail: inout Trail, _ preparing: (ReleasedIssuance) async -> Void
    ) async throws(Refusal) -> Outcome {
        trail.note(.decode, "\(request.arrival.operation) for \(request.proposal.certificationRequest.story)")
        let authenticated = try await desk.authenticate(request)
        trail.principal = authenticated.principal
        trail.note(
            .authenticate, "\(authenticated.principal): \(authenticated.evidence.map(\.proof.fact.kind.rawValue).joined(separator: ", "))")
        for _ in 0..<3 {
            if let outcome = try await settled(authenticated, &trail) { return outcome }
            let authorized = try await authorize(authenticated, &trail)
            if let outcome = try await decide(authorized, &trail, preparing) { return outcome }
        }
        throw Refusal(.conflict, at: .record, detail: "the same request was recorded by somebody else three times over")
    }

    /// The stored outcome of the very same request; one that is still in progress is waited for, one cut off by a crash is finished.
    private func settled(_ authenticated: AuthenticatedRequest, _ trail: inout Trail) async throws(Refusal) -> Outcome? {
        for _ in 0..<100 {
            switch try await ledger.settlement(of: authenticated) {
            case .none:
                return nil
            case .held(let pending):
                return .pending(pending)
            case .deliverable(let record):
                trail.note(.settle, "the same request was settled by transaction \(record.id): its certificate is given again")
                await transactions.write(
                    TransactionLog.row(
                        for: authenticated.request, principal: authenticated.principal, outcome: .replayed, serial: record.serialNumber,
                        trail: trail,
                        finishedAt: surroundings.now))
                return .released(try ledger.deliverAgain(record, issuer: generation(of: record).identity))
            case .unfinished(let record):
                if let released = try await finish(record, takingOverLease: false) { return .released(released) }
                await surroundings.pause(.milliseconds(50))
            }
        }
        throw Refusal(
            .conflict, at: .settle, publicText: "the same request is still in progress; try again", detail: "another worker holds its lease"
        )
    }

    func authorize(_ authenticated: AuthenticatedRequest, _ trail: inout Trail) async throws(Refusal) -> AuthorizedRequest {
        let authorized = try await authenticated.endpoint.policy.authorize(
            authenticated, catalog: catalog, rates: RateBook(database: ledger.database), now: surroundings.now, trail: &trail)
        guard authorized.template.asksDirectory, authorized.directory == nil else { return authorized }
        let book = DirectoryBook(database: ledger.database, surroundings: surroundings)
        let found = try await book.find(principal: authenticated.principal, coverage: authorized.coverage)
        return found.map(authorized.told) ?? authorized
    }

    /// Issues or holds. Nil when the same request was recorded meanwhile.
    private func decide(
        _ authorized: AuthorizedRequest, isApproved: Bool = false, _ trail: inout Trail,
        _ preparing: (ReleasedIssuance) async -> Void = { _ in }
    ) async throws(Refusal) -> Outcome? {
        let authority = try issuer(for: authorized)
        for _ in 0..<3 {
            let plan = try CertificatePlan.shape(
                authorized, issuer: authority.identity, algorithm: authority.algorithm, surroundings: surroundings, trail: &trail)
            let checked = try CheckedPlan.check(plan, weakKeys: weakKeys, trail: &trail)
            if case .hold(let reason, _) = authorized.rule.disposition, !isApproved {
                trail.note(.hold, "\(reason)")
                return .pending(try await ledger.hold(checked, reason: reason, trail: trail))
            }
            reached(.beforeRecord)
            do {
                let ticket = try await ledger.record(checked, trail: trail)  // durable from here on
                reached(.recorded)
                trail.note(.record, "recorded as \(authorized.request.id)")
                return .released(
                    try await issue(
                        ticket, by: authority, duties: authorized.duties, trail: trail, uponRelease: authorized.request.uponRelease,
                        preparing: preparing))
            } catch RecordFailure.alreadyRecorded {
                return nil
            } catch RecordFailure.serialTaken {
                trail.note(.record, "the random serial exists already: shaped again")
            } catch RecordFailure.refused(let refusal) {
                throw refusal
            } catch let refusal as Refusal {
                throw refusal
            } catch {
                throw Refusal(.internalFault, at: .record, detail: "\(error)")
            }
        }
        throw Refusal(
            .internalFault, at: .record, detail: "three random serials in a row exist already", advice: "check the source of randomness")
    }

    private func issue(
        _ ticket: consuming SigningTicket, by authority: Authority, duties orders: [DutyOrder], trail: Trail,
        uponRelease: (@Sendable (RequestID) -> WriteUnit)? = nil, preparing: (ReleasedIssuance) async -> Void = { _ in }
    ) async throws(Refusal) -> ReleasedIssuance {
        let id = ticket.id
        let signed: SignedCertificate
        do {
            signed = try await authority.sign(ticket)  // the ticket is gone
        } catch {
            await ledger.abandonLease(of: id)
            throw error
        }
        reached(.signed)
        var trail = trail
        trail.note(.sign, "signed by \(signed.issuer.subject), verified: \(signed.certificate.der.count) bytes")
        let released: ReleasedIssuance
        if releasesInSteps || !orders.isEmpty {
            let issued = try await ledger.complete(signed)
            reached(.completed)
            released = try await release(issued, after: orders, &trail)
        } else {
            released = try await ledger.completeAndRelease(signed, trail: trail, uponRelease, preparing: preparing)
        }
        reached(.released)
        return released
    }

    /// Does what was ordered, then releases; what fails keeps the certificate from ever leaving.
    private func release(_ issued: IssuedCertificate, after orders: [DutyOrder], _ trail: inout Trail) async throws(Refusal)
        -> ReleasedIssuance
    {
        for order in orders {
            do throws(Refusal) {
                guard let performer = duties[order.kind] else {
                    throw Refusal(.internalFault, at: .release, detail: "nobody performs the duty '\(order.kind)'")
                }
                try await performer.perform(
                    order,
                    for: DutyCertificate(
                        issuance: issued.id, certificate: issued.certificate, authority: issued.issuer.subject.description))
                trail.note(.release, "duty '\(order.kind)' done")
            } catch {
                trail.note(.release, "duty '\(order.kind)' failed: quarantined and revoked")
                try await ledger.quarantine(issued, trail: trail)
                throw error
            }
        }
        let released = try await ledger.release(issued, trail: trail)
        if !orders.isEmpty { await ledger.forgetDuties(of: issued.id) }
        return released
    }

    /// Takes a recorded or issued row to its release with the bytes it has. Nil while somebody else is at it.
    private func finish(_ record: IssuanceRecord, takingOverLease: Bool) async throws(Refusal) -> ReleasedIssuance? {
        let generation = try generation(of: record)
        var trail = try await transactions.trail(of: record.id)
        if let issued = ledger.issued(record, issuer: generation.identity) {
            guard takingOverLease || record.leaseUntil <= surroundings.now else { return nil }
            guard record.revocation == nil else {
                trail.note(.release, "revoked before it was released: never given to its client")
                try await ledger.quarantine(record, trail: trail)
                return nil
            }
            trail.note(.release, "released after an interruption")
            return try await release(issued, after: ledger.duties(of: record.id), &trail)
        }
        guard let authority = generation.signer else {
            throw Refusal(
                .internalFault, at: .sign, detail: "the key of authority '\(record.authority)' is not loaded",
                advice: "`muster doctor` checks the keys")
        }
        guard let ticket = try await ledger.resume(record, algorithm: authority.algorithm, takingOverLease: takingOverLease) else {
            return nil
        }
        trail.note(.record, "resumed after an interruption")
        return try await issue(ticket, by: authority, duties: ledger.duties(of: record.id), trail: trail)
    }

    /// Finishes what a crash cut off: every recorded row is signed with its recorded bytes, or its serial is tombstoned where its key is
    /// no longer in use. Only for a server that is alone on its database.
    /// - Returns: how many rows were finished and how many tombstoned.
    package func recover() async throws(Refusal) -> (finished: Int, tombstoned: Int) {
        var result = (finished: 0, tombstoned: 0)
        for record in try await ledger.records("WHERE state IN ('recorded', 'issued') ORDER BY id", [], at: .record) {
            guard let generation = authorities.generation(issuerKey: record.issuerKey), generation.signer != nil || record.state == .issued
            else {
                var trail = try await transactions.trail(of: record.id)
                trail.note(
                    .sign, "never signed: the key of authority '\(record.authority)' is no longer in use; the serial is answered as revoked"
                )
                if record.state == .recorded {
                    try await ledger.tombstone(record, trail: trail)
                    result.tombstoned += 1
                }
                continue
            }
            do throws(Refusal) {
                guard try await finish(record, takingOverLease: true) != nil else { continue }
            } catch {
                // A duty failed and the row is quarantined, or its release was not stored and the row stays for the next start: the others go on.
                guard error.stage == .release else { throw error }
                continue
            }
            try await ledger.renewSettlement(of: record.id)
            result.finished += 1
        }
        return result
    }

    /// Takes a held request up again after its last approval, under the policy and with the evidence as they stand now.
    func resume(_ held: HeldRequest, approvedBy credential: OperatorCredential, claim: WriteUnit) async throws(Refusal) -> ReleasedIssuance
    {
        let request = held.issuanceRequest(id: RequestID(in: surroundings), at: surroundings.now)
        var trail = Trail()
        trail.note(.hold, "held as \(held.id), approved by \(credential.principal)")
        do throws(Refusal) {
            let authenticated = try await desk.recall(held, as: request, approvedBy: credential, claim: claim)
            trail.note(.authenticate, "\(held.principal): evidence looked at again")
            let authorized = try await authorize(authenticated, &trail)
            guard case .released(let issuance)? = try await decide(authorized, isApproved: true, &trail) else {
                throw Refusal(.conflict, at: .hold, detail: "held request \(held.id) was settled meanwhile")
            }
            return issuance
        } catch {
            await transactions.refuse(error, request: request, trail: trail)
            throw error
        }
    }

    /// The outcome of an earlier request of the same client, by the protocol's exchange id.
    /// - Throws: `.notFound` where there is none.
    package func poll(endpoint: String, exchangeID: [UInt8]) async throws(Refusal) -> Outcome {
        _ = try catalog.openEndpoint(named: endpoint)
        // Of protocols without an id all requests have the same, empty one.
        guard !exchangeID.isEmpty else { throw Refusal(.notFound, at: .settle, detail: "a poll without an exchange id at \(endpoint)") }
        switch try await ledger.settlement(endpoint: endpoint, exchangeID: exchangeID) {
        case .none:
            throw Refusal(.notFound, at: .settle, detail: "no request with this exchange id at \(endpoint)")
        case .held(let pending):
            return .pending(pending)
        case .deliverable(let record):
            return .released(try ledger.deliverAgain(record, issuer: generation(of: record).identity))
        case .unfinished(let record):
            if let released = try await finish(record, takingOverLease: false) { return .released(released) }
            return .pending(PendingRequest(reference: record.id, retryAfter: .seconds(1), reason: "in progress"))
        }
    }

    /// The certificate of an issuance and the chain above it, without the root, also where it was revoked since; nil where it was not released, or
    /// is not kept any more. Whether the asker may have it is for the front end to know.
    package func certificateChain(of id: RequestID) async throws(Refusal) -> [Certificate]? {
        guard let record = try await ledger.records("WHERE id = ?", [.blob(id.bytes)], at: .settle).first, record.state == .released,
            let certificate = record.certificate
        else { return nil }
        return [certificate] + (try generation(of: record).identity.chain)
    }

    /// Who is asking, for operations that only show something. Refusals go to the trail.
    package func identify(_ credentials: [any Credential], arrival: Arrival) async throws(Refusal) -> AuthenticatedCaller {
        do {
            return try await desk.identify(credentials, arrival: arrival)
        } catch {
            await transactions.refuse(error, arrival: arrival)
            throw error
        }
    }

    /// Puts a request that could not be decoded into the trail, at a bounded rate.
    package func refuse(_ refusal: Refusal, arrival: Arrival) async {
        await transactions.refuse(refusal, arrival: arrival)
    }

    func issuer(for authorized: AuthorizedRequest) throws(Refusal) -> Authority {
        let endpoint = authorized.authenticated.endpoint
        return try authorities.issuer(
            for: endpoint.authority, addressee: authorized.request.addressee, isSystem: endpoint.protocolName == .system)
    }

    /// The generation that issued, or is to issue, what a row says.
    private func generation(of record: IssuanceRecord) throws(Refusal) -> AuthorityGeneration {
        guard let generation = authorities.generation(issuerKey: record.issuerKey) else {
            throw Refusal(
                .internalFault, at: .settle, detail: "the generation \(record.issuerKey.hex) of authority '\(record.authority)' is unknown",
                advice: "`muster ca list` shows the CAs")
        }
        return generation
    }
}
