import Foundation
import PKIFormats
import Persistence
import SigningKeys

/// Answers RFC 6960 requests from the ledger, on demand, signed by a responder that each issuing CA delegated.
package struct OCSPResponder: Sendable {
    /// One CA whose certificates it answers for, with the certificate and key delegated by that CA.
    package struct Delegation: Sendable {
        let issuer: AuthorityIdentity
        let key: any SigningKey
        let certificate: @Sendable () -> Certificate

        /// - Parameter certificate: the one in use now; it is renewed, with the same key, while the server runs.
        package init(issuer: AuthorityIdentity, key: any SigningKey, certificate: @escaping @Sendable () -> Certificate) {
            self.issuer = issuer
            self.key = key
            self.certificate = certificate
        }

        func isNamed(by id: OCSPCertID) -> Bool { id.isIssued(by: issuer.subject, key: issuer.publicKey) }
    }

    /// An answer and what a cache needs to know of it.
    package struct Answer: Sendable {
        package let der: [UInt8]
        package let producedAt: Date?
        /// Until when it may be relied on and kept; nil for failures and where a nonce made it personal.
        package let nextUpdate: Date?

        static func failure(_ failure: OCSPResponse.Failure) -> Answer {
            Answer(der: OCSPResponse.failure(failure), producedAt: nil, nextUpdate: nil)
        }
    }

    private let delegations: @Sendable () -> [Delegation]
    private let database: any Database
    private let versions: RevocationVersions
    private let surroundings: Surroundings
    private let validity: TimeInterval
    private let cache = OCSPAnswerCache()

    /// For CAs that stay as they are.
    package init(delegations: [Delegation], ledger: IssuanceLedger, surroundings: Surroundings, validity: TimeInterval = 60) {
        self.init(delegations: { delegations }, ledger: ledger, surroundings: surroundings, validity: validity)
    }

    /// - Parameters:
    ///   - delegations: looked up anew for each request: a rollover adds one while the server runs.
    ///   - validity: seconds for which an answer may be relied on.
    package init(
        delegations: @escaping @Sendable () -> [Delegation], ledger: IssuanceLedger, surroundings: Surroundings,
        validity: TimeInterval = 60
    ) {
        self.delegations = delegations
        database = ledger.database
        versions = RevocationVersions(database: ledger.database)
        self.surroundings = surroundings
        self.validity = validity
    }

    /// Never throws: what cannot be answered is answered so.
    package func answer(_ request: [UInt8]) async -> Answer {
        guard let request = try? OCSPRequest(der: request) else { return .failure(.malformedRequest) }
        guard let delegation = delegations().first(where: { delegation in request.certIDs.contains(where: delegation.isNamed) }) else {
            return .failure(.unauthorized)
        }
        do {
            return try await answer(request, by: delegation)
        } catch is Overloaded {
            return .failure(.tryLater)
        } catch {
            return .failure(.internalError)
        }
    }

    private func answer(_ request: OCSPRequest, by delegation: Delegation) async throws -> Answer {
        let now = surroundings.now
        // A nonce wants an answer of its own (RFC 9654 §2.1); lists of certificates hardly ever come twice.
        guard request.nonce == nil, let id = request.certIDs.first, request.certIDs.count == 1 else {
            return try await sign(request, by: delegation, at: now).answer
        }
        let key = OCSPAnswerCache.Key(issuer: delegation.issuer.keyIdentifier, certID: id.der)
        let version = try await versions.current(issuerKey: delegation.issuer.keyIdentifier)
        if let known = cache.answer(key, version: version, at: now) { return known }
        let (answer, isSettled) = try await sign(request, by: delegation, at: now)
        if isSettled { cache.keep(answer, as: key, version: version, at: now) }
        return answer
    }

    /// - Returns: the answer, and whether only a revocation could change it.
    private func sign(_ request: OCSPRequest, by delegation: Delegation, at now: Date) async throws -> (answer: Answer, isSettled: Bool) {
        let certificate = delegation.certificate()
        let nextUpdate = min(now.addingTimeInterval(validity), certificate.validity.notAfter)
        var responses: [OCSPResponse.SingleResponse] = []
        var isSettled = true
        for id in request.certIDs {
            let found = delegation.isNamed(by: id) ? try await status(of: id.serialNumber, issuer: delegation.issuer) : (.unknown, false)
            responses.append(OCSPResponse.SingleResponse(certID: id, status: found.0, thisUpdate: now, nextUpdate: nextUpdate))
            isSettled = isSettled && found.1
        }
        let data = OCSPResponse.responseData(
            responderKeyHash: certificate.publicKey.keyIdentifier, producedAt: now, responses: responses, nonce: request.nonce)
        let algorithm = delegation.key.defaultAlgorithm
        let signature = try await delegation.key.sign(data, algorithm: algorithm)
        let der = OCSPResponse.successful(
            responseData: data, algorithm: algorithm, signature: signature, certificates: [certificate])
        return (Answer(der: der, producedAt: now, nextUpdate: request.nonce == nil ? nextUpdate : nil), isSettled)
    }

    /// A serial that was reserved and not yet signed is unknown; one that was given up is revoked.
    /// - Returns: the status, and whether only a revocation could change it.
    private func status(of serial: [UInt8], issuer: AuthorityIdentity) async throws -> (OCSPResponse.CertStatus, Bool) {
        let found = try await database.read(
            "SELECT state, recorded_at, revoked_at, revocation_reason FROM issuances WHERE issuer_key = ? AND serial = ?",
            [.blob(issuer.keyIdentifier), .blob(serial)])
        guard let row = found.first else { return (.unknown, false) }
        if let instant = try row.optionalDate("revoked_at") {
            let reason = RevocationReason(rawValue: Int(try row.optionalInteger("revocation_reason") ?? 0))
            return (.revoked(instant, reason == .unspecified ? nil : reason), true)
        }
        switch IssuanceState(rawValue: try row.text("state")) {
        case .issued: return (.good, false)
        case .released: return (.good, true)
        case .quarantined, .tombstoned: return (.revoked(try row.date("recorded_at"), nil), true)
        case .recorded, nil: return (.unknown, false)
        }
    }
}
