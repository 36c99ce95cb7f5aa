/// Payload of an authorization update: deactivation only (RFC 8555 §7.5.2).
package struct AuthorizationUpdatePayload: Sendable, Decodable {
    package var status: String?
}
