/// Why a request was not served. Thrown inside, rendered only at the door, by that protocol's one table.
package struct Refusal: Error, Sendable, Equatable {
    package let code: Code
    package let stage: Stage
    /// Fit for the client: says nothing that an attacker could use.
    package let publicText: String
    /// For the trail: names the cause.
    package let privateDetail: String
    /// For the operator who reads the trail: what to do next.
    package let advice: String

    package init(_ code: Code, at stage: Stage, publicText: String? = nil, detail: String, advice: String? = nil) {
        self.code = code
        self.stage = stage
        self.publicText = publicText ?? code.publicText
        privateDetail = detail
        self.advice = advice ?? code.advice
    }

    /// One closed list for the whole server; every front end answers each of them.
    package enum Code: String, Sendable, CaseIterable, Codable {
        case malformed, unsupportedOperation, unsupportedAlgorithm
        case unknownEndpoint, endpointDisabled
        case unauthenticated, badCredential, notAuthorized
        case badProofOfPossession, unacceptableKey, unacceptableName, unacceptableRequest
        case notFound, alreadyRevoked, conflict
        case rateLimited, overloaded, internalFault

        /// What a client may read when nothing more exact is safe to say.
        package var publicText: String {
            switch self {
            case .malformed: "the request could not be decoded"
            case .unsupportedOperation: "this operation is not supported"
            case .unsupportedAlgorithm: "an algorithm of the request is not accepted here"
            case .unknownEndpoint: "there is no such endpoint"
            case .endpointDisabled: "this endpoint is disabled"
            case .unauthenticated: "a credential is required"
            case .badCredential: "the credential was not accepted"
            case .notAuthorized: "not authorized"
            case .badProofOfPossession: "the signature of the certification request is not valid"
            case .unacceptableKey: "the public key is not acceptable"
            case .unacceptableName: "a requested name is not acceptable"
            case .unacceptableRequest: "the request asks for something that is never granted"
            case .notFound: "nothing was found for this request"
            case .alreadyRevoked: "the certificate is already revoked"
            case .conflict: "the same thing is already in progress or done"
            case .rateLimited: "too many requests; try again later"
            case .overloaded: "the server is busy; try again later"
            case .internalFault: "the server failed; the operator has been told"
            }
        }

        /// What an operator who finds this code in a trail should do.
        package var advice: String {
            switch self {
            case .malformed: "look at the client's version and at what stands between it and the server"
            case .unsupportedOperation: "let the client use an operation that the endpoint announces"
            case .unsupportedAlgorithm: "raise the client's algorithms; the endpoint's page lists the accepted ones"
            case .unknownEndpoint: "compare the client's URL with `muster endpoints`"
            case .endpointDisabled: "`muster endpoint enable NAME` opens it again"
            case .unauthenticated: "give the client a credential of this endpoint"
            case .badCredential: "check the credential and the endpoint it was made for; make a new one if in doubt"
            case .notAuthorized: "no rule of the endpoint's policy accepts this evidence"
            case .badProofOfPossession: "the request was altered or signed with another key; let the client make a new one"
            case .unacceptableKey: "let the client make a key of a kind that the template allows"
            case .unacceptableName: "bind the credential to the name (`--bind-name`, `--names`), or correct the client's request"
            case .unacceptableRequest: "remove the forbidden extension from the client's request"
            case .notFound: "the reference is unknown, expired or somebody else's"
            case .alreadyRevoked: "nothing to do"
            case .conflict: "let the client retry; the finished outcome will be given to it"
            case .rateLimited: "wait, or find out who is guessing"
            case .overloaded: "let the client retry; add cores if this stays"
            case .internalFault: "see the server's log at this instant, then `muster doctor`"
            }
        }
    }

    /// The stage of the one path that refused.
    package enum Stage: String, Sendable, CaseIterable, Codable {
        case decode, authenticate, settle, authorize, shape, check, hold, record, sign, complete, release, revoke
    }
}
