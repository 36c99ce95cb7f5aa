import PKIFormats

/// Payload of revokeCert (RFC 8555 §7.6).
package struct RevocationPayload: Sendable, ACMEPayload {
    package var certificate: String
    package var reason: Int?

    package init(_ json: JSONObject) throws(FormatError) {
        certificate = try json.text("certificate")
        reason = try json.optionalInteger("reason")
    }
}
