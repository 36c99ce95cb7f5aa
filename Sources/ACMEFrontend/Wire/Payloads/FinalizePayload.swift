import PKIFormats

/// Payload of finalize (RFC 8555 §7.4).
package struct FinalizePayload: Sendable, ACMEPayload {
    /// base64url of a PKCS #10 request.
    package var csr: JSONString

    package init(_ json: JSONObject) throws(FormatError) { csr = try json.string("csr") }
}
