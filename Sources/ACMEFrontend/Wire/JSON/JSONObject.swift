import PKIFormats

/// A JSON object: the members a reader asks for, with errors that name them.
package struct JSONObject: Sendable {
    /// What it is, for errors: `JWS`, `payload`.
    let what: String
    let members: [(name: ArraySlice<UInt8>, value: JSONValue)]

    package func contains(_ name: StaticString) -> Bool { value(name) != nil }

    package func string(_ name: StaticString) throws(FormatError) -> JSONString {
        guard let value = value(name) else { throw FormatError(what, "member \(name) is missing") }
        guard case .string(let string) = value else { throw wrongType(name) }
        return string
    }

    package func text(_ name: StaticString) throws(FormatError) -> String { try string(name).text }

    package func optionalText(_ name: StaticString) throws(FormatError) -> String? {
        guard let value = present(name) else { return nil }
        guard case .string(let string) = value else { throw wrongType(name) }
        return string.text
    }

    package func optionalFlag(_ name: StaticString) throws(FormatError) -> Bool? {
        guard let value = present(name) else { return nil }
        guard case .flag(let flag) = value else { throw wrongType(name) }
        return flag
    }

    package func optionalInteger(_ name: StaticString) throws(FormatError) -> Int? {
        guard let value = present(name) else { return nil }
        guard case .number(let digits) = value, let number = Int(String(decoding: digits, as: UTF8.self)) else { throw wrongType(name) }
        return number
    }

    package func optionalObject(_ name: StaticString) throws(FormatError) -> JSONObject? {
        guard let value = present(name) else { return nil }
        guard case .object(let object) = value else { throw wrongType(name) }
        return object
    }

    package func object(_ name: StaticString) throws(FormatError) -> JSONObject {
        guard let value = value(name) else { throw FormatError(what, "member \(name) is missing") }
        guard case .object(let object) = value else { throw wrongType(name) }
        return object
    }

    package func optionalTexts(_ name: StaticString) throws(FormatError) -> [String]? {
        guard let value = present(name) else { return nil }
        guard case .array(let values) = value else { throw wrongType(name) }
        var texts: [String] = []
        for value in values {
            guard case .string(let string) = value else { throw wrongType(name) }
            texts.append(string.text)
        }
        return texts
    }

    package func objects(_ name: StaticString) throws(FormatError) -> [JSONObject] {
        guard let value = value(name) else { throw FormatError(what, "member \(name) is missing") }
        guard case .array(let values) = value else { throw wrongType(name) }
        var objects: [JSONObject] = []
        for value in values {
            guard case .object(let object) = value else { throw wrongType(name) }
            objects.append(object)
        }
        return objects
    }

    private func value(_ name: StaticString) -> JSONValue? {
        name.withUTF8Buffer { wanted in members.first { $0.name.count == wanted.count && $0.name.elementsEqual(wanted) }?.value }
    }

    /// Null counts as absent.
    private func present(_ name: StaticString) -> JSONValue? {
        guard let value = value(name) else { return nil }
        if case .null = value { return nil }
        return value
    }

    private func wrongType(_ name: StaticString) -> FormatError { FormatError(what, "member \(name) has the wrong type") }
}
