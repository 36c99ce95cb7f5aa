import EnrollmentCore
import Foundation
import PKIFormats
import Synchronization
import Testing
import TestSupport

struct Unexpected: Error {
    let what: String
    init(_ what: String) { self.what = what }
}

/// A value behind a lock.
final class Locked<Value: Sendable>: Sendable {
    private let mutex: Mutex<Value>
    init(_ value: Value) { mutex = Mutex(value) }
    func with<Result: Sendable>(_ body: (inout Value) -> Result) -> Result { mutex.withLock { body(&$0) } }
}

extension TestCA {
    func released(
        _ request: CertificationRequest, _ credentials: [any Credential], endpoint: String = DefaultEndpoints.scep,
        binding: String = "default",
        intent: IssuanceRequest.Intent = .enroll
    ) async throws -> ReleasedIssuance {
        switch try await services.pipeline.process(
            issuanceRequest(request, credentials: credentials, endpoint: endpoint, binding: binding, intent: intent))
        {
        case .released(let issuance): return issuance
        case .pending: throw Unexpected("pending")
        }
    }

    /// Expects a refusal with this code, a trail row that names it, and no certificate.
    func expect(
        _ code: Refusal.Code, _ request: CertificationRequest, _ credentials: [any Credential], endpoint: String = DefaultEndpoints.scep,
        binding: String = "default", intent: IssuanceRequest.Intent = .enroll, sourceLocation: SourceLocation = #_sourceLocation
    ) async {
        let submitted = issuanceRequest(request, credentials: credentials, endpoint: endpoint, binding: binding, intent: intent)
        do {
            let before = try await enrolled().count
            do {
                _ = try await services.pipeline.process(submitted)
                Issue.record("not refused", sourceLocation: sourceLocation)
            } catch {
                let refusal = error  // typed: process throws nothing else
                #expect(refusal.code == code, "\(refusal.privateDetail)", sourceLocation: sourceLocation)
                let row = try await services.search.transaction(submitted.id)
                #expect(row?.code == code.rawValue, sourceLocation: sourceLocation)
                #expect(row?.advice?.isEmpty == false, sourceLocation: sourceLocation)
            }
            #expect(try await enrolled().count == before, sourceLocation: sourceLocation)
        } catch {
            Issue.record(error, sourceLocation: sourceLocation)
        }
    }

    /// Every issuance but the CA's own.
    func enrolled() async throws -> [IssuanceRecord] {
        try await services.search.issuances(.init(limit: 1000)).filter { !$0.endpoint.hasPrefix("system") }
    }

    func revoke(
        _ certificate: Certificate, reason: RevocationReason = .superseded, by credentials: [any Credential]? = nil,
        endpoint: String = DefaultEndpoints.operator
    )
        async throws
    {
        _ = try await services.revocation.revoke(
            RevocationRequest(
                id: RequestID(in: surroundings),
                arrival: Arrival(endpoint: endpoint, binding: "default", operation: "revoke", instant: surroundings.now),
                credentials: credentials ?? [OperatorCredential(userID: 0, vouchesFor: [])], target: .certificate(certificate),
                reason: reason))
    }

    /// A SCEP endpoint whose requests wait for a person.
    func holdingEndpoint() throws -> Endpoint {
        Endpoint(
            name: "scep-held", label: "held", protocolName: .scep, authority: DefaultEndpoints.issuingAuthority,
            bindings: [.init(authenticators: [.challenge])],
            policy: Policy(rules: [
                try PolicyRule(
                    name: "held", requires: [.knowsChallenge], templates: ["device-8021x"],
                    disposition: .hold(reason: "an operator decides"))
            ]))
    }
}
