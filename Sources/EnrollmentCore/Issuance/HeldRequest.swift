import Foundation
import PKIFormats
import Persistence

/// A proof as a held request keeps it: its claims were redeemed when it was held.
package struct StoredProof: Sendable, Hashable, Codable {
    package let fact: Fact
    package let principal: String
    package let covers: [NamePattern]
    let predecessorTemplate: String?
    let directory: DirectoryIdentity?
    /// Nil in rows of earlier versions.
    let duties: [DutyOrder]?
    let goodUntil: Date?

    init(_ proof: Proof) {
        directory = proof.directory
        goodUntil = proof.goodUntil
        fact = proof.fact
        principal = proof.principal
        covers = proof.covers
        predecessorTemplate = proof.predecessorTemplate
        duties = proof.duties.isEmpty ? nil : proof.duties
    }
}

/// A row of `held_requests`: a checked request that waits for people to decide.
package struct HeldRequest: Sendable {
    /// Where people stand with it.
    package enum State: String, Sendable, CaseIterable {
        case held, approved, rejected
    }

    package let id: RequestID
    package let state: State
    package let endpoint: String
    package let operation: String
    package let principal: String
    /// Why it was held.
    package let reason: String
    package let template: String
    package let certificationRequest: CertificationRequest
    /// The operators who have approved so far.
    package let approvals: [String]
    /// What the operator who decided said.
    package let comment: String?
    package let createdAt: Date
    package let expiresAt: Date
    let binding: String
    /// The client's address at its first arrival, for as long as the trail is kept.
    let peer: String?
    let exchangeID: [UInt8]
    let templateHint: String?
    let predecessor: Certificate?
    let addressee: [UInt8]?
    let proofs: [StoredProof]
    private let requestDigest: [UInt8]

    init(_ row: Row) throws {
        guard let id = RequestID(bytes: try row.blob("id")), let state = State(rawValue: try row.text("state")) else {
            throw PersistenceError.unavailable("a held request has an unknown id or state")
        }
        self.id = id
        self.state = state
        endpoint = try row.text("endpoint")
        operation = try row.text("operation")
        principal = try row.text("principal")
        reason = try row.text("reason")
        template = try row.text("template")
        certificationRequest = try CertificationRequest(der: row.blob("certification_request"))
        approvals = try JSONDecoder().decode([String].self, from: Data(row.text("approvals").utf8))
        comment = try row.optionalText("comment")
        createdAt = try row.date("created_at")
        expiresAt = try row.date("expires_at")
        binding = try row.text("binding")
        peer = try row.optionalText("peer")
        exchangeID = try row.blob("exchange")
        templateHint = try row.optionalText("template_hint")
        predecessor = try row.optionalBlob("predecessor").map { try Certificate(der: $0) }
        addressee = try row.optionalBlob("issuer_key")
        requestDigest = try row.blob("request_digest")
        proofs = try JSONDecoder().decode([StoredProof].self, from: Data(row.text("proofs").utf8))
    }

    /// The request as it came, to take up the path again. Its credentials are gone, a challenge inside it too: the stored proofs, its digest
    /// and the check of its signature before it was held stand for them.
    func issuanceRequest(id: RequestID, at instant: Date) -> IssuanceRequest {
        IssuanceRequest(
            id: id,
            arrival: Arrival(
                endpoint: endpoint, binding: binding, operation: operation, peer: peer, exchangeID: exchangeID, instant: instant),
            intent: predecessor.map { .renew(of: $0) } ?? .enroll, credentials: [],
            proposal: Proposal(certificationRequest, templateHint: templateHint), addressee: addressee, checkedAs: requestDigest,
            firstArrivedAt: createdAt)
    }

    var pending: PendingRequest { PendingRequest(reference: id, reason: reason) }
}
