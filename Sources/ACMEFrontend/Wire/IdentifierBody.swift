/// An identifier as it stands in JSON (RFC 8555 §9.7.7), unchecked.
package struct IdentifierBody: Sendable, Codable, Hashable {
    package var type: String
    package var value: String

    package init(type: String, value: String) {
        self.type = type
        self.value = value
    }
}
