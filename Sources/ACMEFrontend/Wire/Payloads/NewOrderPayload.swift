/// Payload of newOrder (RFC 8555 §7.4).
package struct NewOrderPayload: Sendable, Decodable {
    package var identifiers: [IdentifierBody]
    package var notBefore: String?
    package var notAfter: String?
}
