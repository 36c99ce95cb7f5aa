import PKIFormats

/// Payload of newOrder (RFC 8555 §7.4).
package struct NewOrderPayload: Sendable, ACMEPayload {
    package var identifiers: [IdentifierBody]
    package var notBefore: String?
    package var notAfter: String?

    package init(_ json: JSONObject) throws(FormatError) {
        var identifiers: [IdentifierBody] = []
        for object in try json.objects("identifiers") { identifiers.append(try IdentifierBody(object)) }
        self.identifiers = identifiers
        notBefore = try json.optionalText("notBefore")
        notAfter = try json.optionalText("notAfter")
    }
}
