import PKIFormats

/// An identifier as it stands in JSON (RFC 8555 §9.7.7), unchecked.
package struct IdentifierBody: Sendable, Hashable, JSONWritable {
    package var type: String
    package var value: String

    package init(type: String, value: String) {
        self.type = type
        self.value = value
    }
}

extension IdentifierBody {
    package init(_ json: JSONObject) throws(FormatError) {
        self.init(type: try json.text("type"), value: try json.text("value"))
    }

    package func write(to text: inout JSONText) {
        text.object { text in
            text.member("type", type)
            text.member("value", value)
        }
    }
}
