/// Payload of a challenge response: an object, whose members are ignored (RFC 8555 §7.5.1).
package struct ChallengePayload: Sendable, ACMEPayload {
    package init(_ json: JSONObject) {}
}
