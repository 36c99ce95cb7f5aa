import Foundation

/// Examines one kind of credential. It returns proofs; only the desk makes evidence of them.
package protocol Authenticator: Sendable {
    /// - Returns: no proof when the credential is not of this authenticator's kind.
    /// - Throws: a `Refusal` when it is of its kind and wrong.
    func examine(_ credential: any Credential, in context: ExaminationContext) async throws(Refusal) -> [Proof]

    /// Whether a proof that this authenticator once gave still counts, when a held request is approved: nobody was disabled, nothing
    /// revoked meanwhile. False for a proof of another authenticator.
    func stillHolds(_ proof: StoredProof, in context: ExaminationContext) async throws(Refusal) -> Bool
}

/// What an authenticator may know of the request.
package struct ExaminationContext: Sendable {
    package let endpoint: Endpoint
    /// The digest of this request: a one-time secret already spent by the same digest still counts.
    package let requestDigest: [UInt8]
    package let instant: Date
    /// The client's address as text, where there is one.
    package let peer: String?
    /// The whole request, where a certificate is asked for: nil at a revocation and where somebody only asks.
    package let request: IssuanceRequest?

    package init(endpoint: Endpoint, requestDigest: [UInt8], instant: Date, peer: String? = nil, request: IssuanceRequest? = nil) {
        self.endpoint = endpoint
        self.requestDigest = requestDigest
        self.instant = instant
        self.peer = peer
        self.request = request
    }
}

/// The authenticators that a binding may allow. Each front end registers the maker of its own.
package enum AuthenticatorKind: String, Sendable, CaseIterable, Codable {
    case challenge, password, certificate, signer, webhook, acme, `operator`, system
    /// Looked at when a revocation is asked for, and never else; no binding names it.
    case revoker
}
