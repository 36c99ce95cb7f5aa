import PKIFormats

/// The protected header of an ACME request (RFC 8555 §6.2), members as they were written.
package struct JWSHeader: Sendable {
    package let alg: String
    package let nonce: String?
    package let url: String?
    package let kid: String?
    package let jwk: JWKMembers?
    /// `crit`, `b64` or a key by reference (`jku`, `x5u`, `x5c`): nothing this server would honour, so nothing it may ignore.
    let holdsForbiddenMembers: Bool

    package init(_ json: JSONObject) throws(FormatError) {
        alg = try json.text("alg")
        nonce = try json.optionalText("nonce")
        url = try json.optionalText("url")
        kid = try json.optionalText("kid")
        if let members = try json.optionalObject("jwk") { jwk = try JWKMembers(members) } else { jwk = nil }
        holdsForbiddenMembers =
            json.contains("crit") || json.contains("b64") || json.contains("jku") || json.contains("x5u") || json.contains("x5c")
    }
}
