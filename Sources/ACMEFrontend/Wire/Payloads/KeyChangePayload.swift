import PKIFormats

/// Payload of the inner JWS of keyChange (RFC 8555 §7.3.5).
package struct KeyChangePayload: Sendable, ACMEPayload {
    package var account: String
    package var oldKey: JWKMembers

    package init(_ json: JSONObject) throws(FormatError) {
        account = try json.text("account")
        oldKey = try JWKMembers(json.object("oldKey"))
    }
}
