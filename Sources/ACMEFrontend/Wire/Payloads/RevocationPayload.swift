/// Payload of revokeCert (RFC 8555 §7.6).
package struct RevocationPayload: Sendable, Decodable {
    package var certificate: String
    package var reason: Int?
}
