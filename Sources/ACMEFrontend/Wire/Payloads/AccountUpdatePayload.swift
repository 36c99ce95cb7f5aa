import PKIFormats

/// Payload of an account update (RFC 8555 §7.3.2, §7.3.6).
package struct AccountUpdatePayload: Sendable, ACMEPayload {
    package var contact: [String]?
    package var status: String?

    package init(_ json: JSONObject) throws(FormatError) {
        contact = try json.optionalTexts("contact")
        status = try json.optionalText("status")
    }
}
