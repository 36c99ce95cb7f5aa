import EnrollmentCore
import Foundation
import PKIFormats

/// Tries a request against an endpoint's policy on supposed evidence: by the code that issues, but nothing is signed or written.
struct TestPolicy: AdminOperation {
    struct Reply: Codable, Sendable {
        /// `issue`, `hold` or `refuse`.
        let verdict: String
        /// Why it would be held, or what the client would read.
        let reason: String?
        /// How many operators would have to approve.
        let approvals: Int?
        /// Of a refusal.
        let code: String?
        let detail: String?
        let advice: String?
        let template: String?
        let templateVersion: Int?
        let request: DecodedRequest
        let trail: [ShowTransaction.Step]
        /// DER of the TBSCertificate in hex; its serial number is an example.
        let toBeSigned: String?
        let certificate: [DescribedCertificate.Field]?
    }

    /// What the server read in the request.
    struct DecodedRequest: Codable, Sendable {
        let subject: String
        let names: [String]
        let key: String
        let signature: String
        let isSelfSignatureValid: Bool
        let templateHint: String?
        /// Object identifiers, each with a `!` where it is critical.
        let requestedExtensions: [String]
    }

    /// Shaping asks the issuing CA for its algorithm.
    static let needsKeys = true
    static let changes = false

    let endpoint: String
    /// PKCS #10, PEM or DER.
    let request: Data
    let evidence: [String]
    let binding: String?
    let peer: String?
    let template: String?

    func perform(in administration: Administration) async throws -> Reply {
        let core = administration.core
        guard let door = core.catalog.endpoint(named: endpoint) else {
            throw CommandFailure("there is no endpoint '\(endpoint)'; `muster endpoints` lists them")
        }
        let csr = try IssueByOperator.decode([UInt8](request))
        var suppositions: [Supposition] = []
        for text in evidence { suppositions.append(try await Supposition.read(text, endpoint: endpoint, from: core.suppositions)) }
        let predecessor = suppositions.lazy.compactMap(\.predecessor).first
        let arrival = Arrival(
            endpoint: endpoint, binding: binding ?? door.bindings.last?.name ?? "default", operation: "policy test", peer: peer,
            instant: core.surroundings.now)
        let proposal = Proposal(csr, templateHint: template)
        let rehearsal = await core.pipeline.rehearse(
            IssuanceRequest(
                id: RequestID(in: core.surroundings), arrival: arrival, intent: predecessor.map { .renew(of: $0) } ?? .enroll,
                credentials: [],
                proposal: proposal), as: suppositions.map(\.proof))
        return Self.reply(
            rehearsal,
            DecodedRequest(
                subject: csr.subject.description, names: csr.subjectAlternativeNames.map(\.description),
                key: csr.publicKey.kind.description,
                signature: "\(csr.signatureAlgorithm)", isSelfSignatureValid: csr.isSelfSignatureValid, templateHint: proposal.templateHint,
                requestedExtensions: csr.requestedExtensions.map { "\($0.oid)\($0.critical ? "!" : "")" }))
    }

    private static func reply(_ rehearsal: Rehearsal, _ request: DecodedRequest) -> Reply {
        var (verdict, reason, approvals): (String, String?, Int?) = ("issue", nil, nil)
        var refusal: Refusal?
        switch rehearsal.verdict {
        case .issue: break
        case .hold(let why, let count): (verdict, reason, approvals) = ("hold", why, count)
        case .refuse(let why): (verdict, reason, refusal) = ("refuse", why.publicText, why)
        }
        let described = rehearsal.toBeSigned.flatMap { bytes in
            rehearsal.algorithm.flatMap { try? Certificate(unsigned: bytes, algorithm: $0) }
        }
        return Reply(
            verdict: verdict, reason: reason, approvals: approvals, code: refusal?.code.rawValue, detail: refusal?.privateDetail,
            advice: refusal?.advice, template: rehearsal.template?.name, templateVersion: rehearsal.template?.version, request: request,
            trail: rehearsal.trail.entries.map { ShowTransaction.Step(stage: $0.stage.rawValue, text: $0.text, microseconds: $0.at) },
            toBeSigned: rehearsal.toBeSigned?.hex, certificate: described.map { DescribedCertificate.fields(of: $0) })
    }
}
