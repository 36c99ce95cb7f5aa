/// An order (RFC 8555 §7.1.3). `finalize` is always present: some clients need it in every state.
package struct OrderBody: Sendable, Codable {
    package var status: String
    package var expires: String
    package var identifiers: [IdentifierBody]
    package var authorizations: [String]
    package var finalize: String
    package var certificate: String?
    package var error: Problem?

    package init(
        status: String, expires: String, identifiers: [IdentifierBody], authorizations: [String], finalize: String,
        certificate: String? = nil, error: Problem? = nil
    ) {
        self.status = status
        self.expires = expires
        self.identifiers = identifiers
        self.authorizations = authorizations
        self.finalize = finalize
        self.certificate = certificate
        self.error = error
    }
}
