import Foundation
import PKIFormats
import Persistence

/// What was proved, for this endpoint and this very request. Only the desk below makes one.
package struct Evidence: Sendable {
    package let proof: Proof
    package let endpoint: String
    package let requestDigest: [UInt8]

    fileprivate init(_ proof: Proof, in context: ExaminationContext) {
        self.proof = proof
        endpoint = context.endpoint.name
        requestDigest = context.requestDigest
    }
}

/// A request whose credentials were examined: evidence of one principal.
package final class AuthenticatedRequest: Sendable {
    package let request: IssuanceRequest
    package let endpoint: Endpoint
    package let principal: String
    package let evidence: [Evidence]
    /// Whether anything in it was only supposed, by an operator who tries a policy.
    let isSupposed: Bool
    /// What the request is settled under: its digest and the principal who may have the outcome again.
    package let settlementKey: [UInt8]

    fileprivate init(_ request: IssuanceRequest, endpoint: Endpoint, principal: String, evidence: [Evidence], isSupposed: Bool = false) {
        self.request = request
        self.endpoint = endpoint
        self.principal = principal
        self.evidence = evidence
        self.isSupposed = isSupposed
        var hash = FieldHash()
        hash.add(request.digest)
        hash.add(principal)
        settlementKey = hash.finish()
    }

    /// Nothing is ever written on suppositions.
    func refuseSuppositions(at stage: Refusal.Stage) throws(Refusal) {
        guard isSupposed else { return }
        throw Refusal(.internalFault, at: stage, detail: "the evidence of this request was only supposed")
    }
}

/// Someone known at an endpoint who only asks: no certificate follows from this.
package struct AuthenticatedCaller: Sendable {
    package let endpoint: Endpoint
    package let principal: String
    /// The names that he may have in certificates.
    package let covers: [NamePattern]

    fileprivate init(endpoint: Endpoint, principal: String, covers: [NamePattern]) {
        self.endpoint = endpoint
        self.principal = principal
        self.covers = covers
    }
}

/// A revocation whose credentials were examined.
package struct AuthenticatedRevocation: Sendable {
    package let request: RevocationRequest
    package let principal: String
    package let evidence: [Evidence]

    fileprivate init(_ request: RevocationRequest, principal: String, evidence: [Evidence]) {
        self.request = request
        self.principal = principal
        self.evidence = evidence
    }
}

/// Where credentials become evidence. There is one desk, and no other way.
package struct AuthenticationDesk: Sendable {
    private let catalog: Catalog
    private let authenticators: [AuthenticatorKind: any Authenticator]

    package init(catalog: Catalog, authenticators: [AuthenticatorKind: any Authenticator]) {
        self.catalog = catalog
        self.authenticators = authenticators
    }

    func authenticate(_ request: IssuanceRequest) async throws(Refusal) -> AuthenticatedRequest {
        let (endpoint, principal, evidence) = try await examine(
            request.credentials, arrival: request.arrival, digest: request.digest, request: request)
        return AuthenticatedRequest(request, endpoint: endpoint, principal: principal, evidence: evidence)
    }

    func authenticate(_ request: RevocationRequest) async throws(Refusal) -> AuthenticatedRevocation {
        let (_, principal, evidence) = try await examine(
            request.credentials, arrival: request.arrival, digest: request.digest, besides: [.revoker])
        return AuthenticatedRevocation(request, principal: principal, evidence: evidence)
    }

    /// A held request again, after approval: each stored proof is looked at once more, and the approval added to them.
    func recall(_ held: HeldRequest, as request: IssuanceRequest, approvedBy credential: OperatorCredential, claim: WriteUnit)
        async throws(Refusal) -> AuthenticatedRequest
    {
        let endpoint = try catalog.openEndpoint(named: held.endpoint)
        let context = ExaminationContext(endpoint: endpoint, requestDigest: request.digest, instant: request.arrival.instant)
        guard let binding = endpoint.bindings.first(where: { $0.name == held.binding }), !held.proofs.isEmpty else {
            throw Refusal(
                .unknownEndpoint, at: .authenticate, detail: "endpoint '\(endpoint.name)' has no binding '\(held.binding)' any more")
        }
        var evidence: [Evidence] = []
        for stored in held.proofs {
            guard try await anyHolds(stored, of: binding, in: context) else {
                throw Refusal(
                    .badCredential, at: .authenticate, publicText: "a credential of this request no longer counts",
                    detail: "\(stored.principal): \(stored.fact.kind.rawValue) was withdrawn or has expired since",
                    advice: "reject the request")
            }
            evidence.append(
                Evidence(
                    Proof(
                        fact: stored.fact, principal: stored.principal, covers: stored.covers,
                        predecessorTemplate: stored.predecessorTemplate, directory: stored.directory, duties: stored.duties ?? []),
                    in: context))
        }
        // The approval lets the request go on; it covers no name.
        evidence.append(
            Evidence(Proof(fact: .operatorApproved, principal: credential.principal, covers: [], claims: [claim]), in: context))
        return AuthenticatedRequest(request, endpoint: endpoint, principal: held.principal, evidence: evidence)
    }

    /// What the request would be if all this were proved; for `IssuancePipeline.rehearse` alone.
    func suppose(_ proofs: [Proof], of request: IssuanceRequest) throws(Refusal) -> AuthenticatedRequest {
        let endpoint = try catalog.openEndpoint(named: request.arrival.endpoint)
        let context = ExaminationContext(endpoint: endpoint, requestDigest: request.digest, instant: request.arrival.instant)
        return AuthenticatedRequest(
            request, endpoint: endpoint, principal: proofs.first?.principal ?? "nobody", evidence: proofs.map { Evidence($0, in: context) },
            isSupposed: true)
    }

    private func anyHolds(_ proof: StoredProof, of binding: Endpoint.Binding, in context: ExaminationContext) async throws(Refusal) -> Bool
    {
        for kind in binding.authenticators {
            if let authenticator = authenticators[kind], try await authenticator.stillHolds(proof, in: context) { return true }
        }
        return false
    }

    /// Who is asking, for operations that show something to known callers only (XCEP GetPolicies).
    package func identify(_ credentials: [any Credential], arrival: Arrival) async throws(Refusal) -> AuthenticatedCaller {
        let (endpoint, principal, evidence) = try await examine(credentials, arrival: arrival, digest: [])
        return AuthenticatedCaller(endpoint: endpoint, principal: principal, covers: evidence.flatMap(\.proof.covers))
    }

    /// - Parameter others: authenticators that are asked whatever the binding.
    private func examine(
        _ credentials: [any Credential], arrival: Arrival, digest: [UInt8], request: IssuanceRequest? = nil,
        besides others: [AuthenticatorKind] = []
    ) async throws(Refusal) -> (Endpoint, principal: String, [Evidence]) {
        let endpoint = try catalog.openEndpoint(named: arrival.endpoint)
        guard let binding = endpoint.bindings.first(where: { $0.name == arrival.binding }) else {
            throw Refusal(.unknownEndpoint, at: .authenticate, detail: "endpoint '\(endpoint.name)' has no binding '\(arrival.binding)'")
        }
        guard !credentials.isEmpty else {
            throw Refusal(.unauthenticated, at: .authenticate, detail: "the request carries no credential")
        }
        let context = ExaminationContext(
            endpoint: endpoint, requestDigest: digest, instant: arrival.instant, peer: arrival.peer, request: request)
        var proofs: [Proof] = []
        for credential in credentials {
            for kind in binding.authenticators + others {
                guard let authenticator = authenticators[kind] else { continue }
                proofs += try await authenticator.examine(credential, in: context)
            }
        }
        guard let principal = proofs.first?.principal else {
            throw Refusal(
                .badCredential, at: .authenticate,
                detail:
                    "no authenticator of \(endpoint.name)/\(binding.name) (\(binding.authenticators.map(\.rawValue).joined(separator: ", "))) accepts this kind of credential"
            )
        }
        guard proofs.allSatisfy({ $0.principal == principal }) else {
            throw Refusal(
                .badCredential, at: .authenticate,
                detail: "the credentials belong to different principals: \(proofs.map(\.principal).joined(separator: ", "))")
        }
        return (endpoint, principal, proofs.map { Evidence($0, in: context) })
    }
}
