import PKIFormats

/// Payload of newAccount (RFC 8555 §7.3). Unknown members are ignored.
package struct NewAccountPayload: Sendable, ACMEPayload {
    package var contact: [String]?
    package var termsOfServiceAgreed: Bool?
    package var onlyReturnExisting: Bool?

    package init(_ json: JSONObject) throws(FormatError) {
        contact = try json.optionalTexts("contact")
        termsOfServiceAgreed = try json.optionalFlag("termsOfServiceAgreed")
        onlyReturnExisting = try json.optionalFlag("onlyReturnExisting")
    }
}
