/// Payload of an account update (RFC 8555 §7.3.2, §7.3.6).
package struct AccountUpdatePayload: Sendable, Decodable {
    package var contact: [String]?
    package var status: String?
}
