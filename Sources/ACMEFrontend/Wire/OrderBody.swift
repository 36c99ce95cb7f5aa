/// An order (RFC 8555 §7.1.3). `finalize` is always present: some clients need it in every state.
package struct OrderBody: Sendable, JSONWritable {
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

extension OrderBody {
    package func write(to text: inout JSONText) {
        text.object { text in
            text.member("authorizations", authorizations)
            text.member("certificate", certificate)
            text.member("error", error)
            text.member("expires", expires)
            text.member("finalize", finalize)
            text.member("identifiers", identifiers)
            text.member("status", status)
        }
    }
}
