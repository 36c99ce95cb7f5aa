import Foundation

/// What a policy knows of a request: never a credential, only what was proved, asked for and observed.
struct Applicant: Sendable {
    let request: IssuanceRequest
    let endpoint: Endpoint
    let principal: String
    let proved: Set<Fact.Kind>
    /// The client's address, and when it came: for a held request those of its first arrival.
    let peer: String?
    let arrivedAt: Date

    init(_ authenticated: AuthenticatedRequest) {
        self.init(
            authenticated.request, at: authenticated.endpoint, principal: authenticated.principal,
            proved: Set(authenticated.evidence.map(\.proof.fact.kind)))
    }

    init(_ request: IssuanceRequest, at endpoint: Endpoint, principal: String, proved: Set<Fact.Kind>) {
        self.request = request
        self.endpoint = endpoint
        self.principal = principal
        self.proved = proved
        peer = request.arrival.peer
        arrivedAt = request.firstArrivedAt
    }
}
