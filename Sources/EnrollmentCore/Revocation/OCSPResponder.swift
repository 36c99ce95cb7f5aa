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

    /// An answer and how long a cache may keep it, in seconds; 0 where a nonce made it personal.
    package struct Answer: Sendable {
        package let der: [UInt8]
        package let maxAge: Int
    }

    private let delegations: [Delegation]
    private let ledger: IssuanceLedger
    private let surroundings: Surroundings
    /// Seconds for which an answer without a nonce may be relied on.
    private static let validity = 60

    package init(delegations: [Delegation], ledger: IssuanceLedger, surroundings: Surroundings) {
        self.delegations = delegations
        self.ledger = ledger
        self.surroundings = surroundings
    }

    /// Never throws: what cannot be answered is answered so.
    package func answer(_ request: [UInt8]) async -> Answer {
        guard request.count <= 16_384, let request = try? OCSPRequest(der: request), (1...32).contains(request.certIDs.count) else {
            return Answer(der: OCSPResponse.failure(.malformedRequest), maxAge: 0)
        }
        guard let delegation = delegations.first(where: { delegation in request.certIDs.contains(where: delegation.isNamed) }) else {
            return Answer(der: OCSPResponse.failure(.unauthorized), maxAge: 0)
        }
        do {
            return try await answer(request, by: delegation)
        } catch is Overloaded {
            return Answer(der: OCSPResponse.failure(.tryLater), maxAge: 0)
        } catch {
            return Answer(der: OCSPResponse.failure(.internalError), maxAge: 0)
        }
    }

    private func answer(_ request: OCSPRequest, by delegation: Delegation) async throws -> Answer {
        let certificate = delegation.certificate()
        let now = surroundings.now
        let nextUpdate = now.addingTimeInterval(Double(Self.validity))
        var responses: [OCSPResponse.SingleResponse] = []
        for id in request.certIDs {
            let status = delegation.isNamed(by: id) ? try await status(of: id.serialNumber, issuer: delegation.issuer) : .unknown
            responses.append(OCSPResponse.SingleResponse(certID: id, status: status, thisUpdate: now, nextUpdate: nextUpdate))
        }
        let data = OCSPResponse.responseData(
            responderKeyHash: certificate.publicKey.keyIdentifier, producedAt: now, responses: responses, nonce: request.nonce)
        let algorithm = delegation.key.defaultAlgorithm
        let signature = try await delegation.key.sign(data, algorithm: algorithm)
        let der = OCSPResponse.successful(
            responseData: data, algorithm: algorithm, signature: signature, certificates: [certificate])
        return Answer(der: der, maxAge: request.nonce == nil ? Self.validity : 0)
    }

    /// A serial that was reserved and not yet signed is unknown; one that was given up is revoked.
    private func status(of serial: [UInt8], issuer: AuthorityIdentity) async throws -> OCSPResponse.CertStatus {
        let found = try await ledger.records(
            "WHERE issuer_key = ? AND serial = ?", [.blob(issuer.keyIdentifier), .blob(serial)], at: .revoke)
        guard let record = found.first else { return .unknown }
        if let revocation = record.revocation {
            return .revoked(revocation.instant, revocation.reason == .unspecified ? nil : revocation.reason)
        }
        switch record.state {
        case .recorded: return .unknown
        case .issued, .released: return .good
        case .quarantined, .tombstoned: return .revoked(record.recordedAt, nil)
        }
    }
}
