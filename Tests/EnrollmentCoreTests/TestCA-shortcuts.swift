import EnrollmentCore
import Foundation
import PKIFormats
import SigningKeys
import Synchronization
import TestSupport
import Testing

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
        _ certificate: Certificate, reason: RevocationReason = .superseded, invalidSince: Date? = nil,
        by credentials: [any Credential]? = nil,
        endpoint: String = DefaultEndpoints.operator, through services: EnrollmentServices? = nil
    ) async throws {
        try await decide(
            certificate, .revoke(reason, invalidSince: invalidSince), by: credentials, endpoint: endpoint, through: services)
    }

    /// Takes a certificate off hold.
    func release(_ certificate: Certificate, by credentials: [any Credential]? = nil, endpoint: String = DefaultEndpoints.operator)
        async throws
    {
        try await decide(certificate, .release, by: credentials, endpoint: endpoint)
    }

    private func decide(
        _ certificate: Certificate, _ wish: RevocationRequest.Wish, by credentials: [any Credential]?, endpoint: String,
        through node: EnrollmentServices? = nil
    ) async throws {
        _ = try await (node ?? services).revocation.revoke(
            RevocationRequest(
                id: RequestID(in: surroundings),
                arrival: Arrival(endpoint: endpoint, binding: "default", operation: "revoke", instant: surroundings.now),
                credentials: credentials ?? [OperatorCredential(userID: 0, vouchesFor: [])], target: .certificate(certificate), wish: wish))
    }

    /// A certificate of the default template for this name.
    func enrolled(_ name: String) async throws -> Certificate {
        let secret = try await challenge(covers: [name])
        return try await released(
            try await Self.request(try .generate(.p256), commonName: name), [ChallengeCredential(secret: secret)]
        ).certificate
    }

    /// Publishes the issuing CA's lists and gives the one of a scope.
    func published(_ shard: Int = 0, delta: Bool = false, lifetime: TimeInterval = 86_400) async throws -> CertificateRevocationList {
        _ = try await services.revocationLists.publish(for: issuing, lifetime: lifetime)
        return try await list(shard, delta: delta)
    }

    /// The current list of a scope.
    func list(_ shard: Int = 0, delta: Bool = false) async throws -> CertificateRevocationList {
        let scope = ListScope(issuerKey: issuing.identity.keyIdentifier, shard: shard, isDelta: delta)
        guard let list = try await services.revocationLists.current(scope) else { throw Unexpected("no list \(scope.fileName)") }
        return try CertificateRevocationList(der: list.der)
    }

    /// An OCSP responder delegated by the issuing CA.
    func responder(_ node: EnrollmentServices? = nil) async throws -> OCSPResponder {
        let key = try SoftwareKey.generate(.p256)
        let certificate = try await services.systemCertificates.issue(
            through: services.pipeline, endpoint: DefaultEndpoints.system, template: "ocsp-responder", key: key, commonName: "OCSP"
        ).certificate
        return OCSPResponder(
            delegations: [.init(issuer: issuing.identity, key: key) { certificate }], ledger: (node ?? services).ledger,
            surroundings: surroundings)
    }

    /// What OCSP clients send about these serial numbers.
    func question(_ serials: [[UInt8]], hash: HashAlgorithm = .sha1, nonce: [UInt8]? = nil) -> [UInt8] {
        let ids = serials.map {
            OCSPCertID(hash: hash, issuerName: issuing.identity.subject, issuerKey: issuing.identity.publicKey, serialNumber: $0)
        }
        return OCSPRequest.encode(ids, nonce: nonce)
    }
}

extension OCSPResponder {
    func basic(_ question: [UInt8]) async throws -> OCSPResponse.Basic {
        guard let basic = try OCSPResponse(der: await answer(question).der).basic else { throw Unexpected("no answer") }
        return basic
    }
}

extension TestCA {
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
