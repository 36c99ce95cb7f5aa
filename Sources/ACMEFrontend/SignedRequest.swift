import ACMEWire
import EnrollmentCore
import PKIFormats

/// A request whose signature, URL and nonce are good, and whose signer is known.
struct SignedRequest: Sendable {
    enum Signer: Sendable {
        /// A valid account of this endpoint.
        case account(Account)
        /// A bare key: a new account's, or a certificate's.
        case key(JWK)
    }

    let resource: ACMEResource
    let endpoint: Endpoint
    let links: ACMELinks
    let arrival: Arrival
    let signer: Signer
    /// Empty for POST-as-GET.
    let payload: [UInt8]

    var isPostAsGet: Bool { payload.isEmpty }

    /// The account; a request signed with a bare key never gets to where this is asked.
    func account() throws(ACMEProblem) -> Account {
        guard case .account(let account) = signer else {
            throw ACMEProblem(.malformed, "this resource takes requests signed with kid, not jwk")
        }
        return account
    }

    func payload<T: ACMEPayload>(as type: T.Type) throws(ACMEProblem) -> T {
        do { return try T(StrictJSON.object(payload, what: "payload")) } catch { throw ACMEProblem(.malformed, error.description) }
    }

    func requirePostAsGet() throws(ACMEProblem) {
        guard isPostAsGet else { throw ACMEProblem(.malformed, "this resource is read by POST-as-GET, with an empty payload") }
    }
}
