/// Payload of newAccount (RFC 8555 §7.3). Unknown members are ignored.
package struct NewAccountPayload: Sendable, Decodable {
    package var contact: [String]?
    package var termsOfServiceAgreed: Bool?
    package var onlyReturnExisting: Bool?
}
