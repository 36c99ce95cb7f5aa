import PKIFormats

/// Payload of an authorization update: deactivation only (RFC 8555 §7.5.2).
package struct AuthorizationUpdatePayload: Sendable, ACMEPayload {
    package var status: String?

    package init(_ json: JSONObject) throws(FormatError) {
        status = try json.optionalText("status")
    }
}
