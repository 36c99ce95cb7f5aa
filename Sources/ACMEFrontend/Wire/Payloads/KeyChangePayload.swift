/// Payload of the inner JWS of keyChange (RFC 8555 §7.3.5).
package struct KeyChangePayload: Sendable, Decodable {
    package var account: String
    package var oldKey: JWKMembers
}
