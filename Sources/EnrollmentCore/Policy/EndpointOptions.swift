import Foundation
import PKIFormats

/// Settings of one endpoint that its front end alone understands: a JSON object, stored, copied and compared here, never read.
///
/// A front end has a `Codable` structure of its own whose properties have defaults, and `decode(over:)` fills it.
package struct EndpointOptions: Sendable, Hashable {
    /// A JSON value without null: an option that is not set is left out.
    package indirect enum Value: Sendable, Hashable {
        case flag(Bool)
        case integer(Int64)
        case number(Double)
        case text(String)
        case list([Value])
        case object([String: Value])
    }

    package private(set) var values: [String: Value]

    /// Without `values` every option has its default.
    package init(_ values: [String: Value] = [:]) { self.values = values }

    /// Sets an option, whose name may be a path with dots, 8 deep; nil gives it its default again.
    package mutating func assign(_ value: Value?, at path: String) throws(FormatError) {
        let names = path.split(separator: ".").map(String.init)
        guard (1...8).contains(names.count) else { throw FormatError("option '\(path)'", "is no name") }
        values = Self.assigning(value, at: names[...], in: values)
    }

    private static func assigning(_ value: Value?, at names: ArraySlice<String>, in values: [String: Value]) -> [String: Value] {
        guard let name = names.first else { return values }
        var values = values
        guard names.count > 1 else {
            values[name] = value
            return values
        }
        var inner: [String: Value] = [:]
        if case .object(let members)? = values[name] { inner = members }
        inner = assigning(value, at: names.dropFirst(), in: inner)
        values[name] = inner.isEmpty ? nil : .object(inner)
        return values
    }

    /// The front end's options: the defaults, overlaid with what is set here.
    /// - Throws: a text for operators, where a name is not known or a value not fit; front ends throw their own from `init(from:)`.
    package func decode<Options: Codable>(over defaults: Options) throws(FormatError) -> Options {
        let decoded: Options
        let known: Value
        do {
            let base = try Self.value(of: defaults)
            let encoded = try JSONEncoder().encode(Value.object(values).overlaid(on: base))
            decoded = try JSONDecoder().decode(Options.self, from: encoded)
            known = try Self.value(of: decoded)
        } catch let error as DecodingError {
            throw Self.explain(error)
        } catch let error as FormatError {
            throw error
        } catch {
            throw FormatError("options", "cannot be read: \(error)")
        }
        if let path = Value.object(values).firstPath(missingIn: known) { throw FormatError("option '\(path)'", "is not known here") }
        return decoded
    }

    /// The same checks; returns every option that the front end knows and has a value for, defaults included.
    package func completed(over defaults: some Codable) throws(FormatError) -> EndpointOptions {
        let decoded = try decode(over: defaults)
        guard let value = try? Self.value(of: decoded), case .object(let values) = value else {
            throw FormatError("options", "the front end's options are no object")
        }
        return EndpointOptions(values)
    }

    private static func value(of options: some Encodable) throws -> Value {
        try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(options))
    }

    private static func explain(_ error: DecodingError) -> FormatError {
        let (context, key): (DecodingError.Context, String?) =
            switch error {
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context): (context, nil)
            case .keyNotFound(let key, let context): (context, key.stringValue)
            @unknown default: (.init(codingPath: [], debugDescription: "cannot be read"), nil)
            }
        let path = context.codingPath.map(\.stringValue) + (key.map { [$0] } ?? [])
        return FormatError("option '\(path.joined(separator: "."))'", key == nil ? context.debugDescription : "is missing")
    }
}

extension EndpointOptions.Value {
    /// Objects are merged member by member; anything else replaces what is below.
    fileprivate func overlaid(on base: Self) -> Self {
        guard case .object(let upper) = self, case .object(let lower) = base else { return self }
        return .object(lower.merging(upper) { below, above in above.overlaid(on: below) })
    }

    /// The first member that another value does not have, as a path with dots.
    fileprivate func firstPath(missingIn other: Self) -> String? {
        guard case .object(let mine) = self, case .object(let theirs) = other else { return nil }
        for (name, value) in mine.sorted(by: { $0.key < $1.key }) {
            guard let counterpart = theirs[name] else { return name }
            if let deeper = value.firstPath(missingIn: counterpart) { return "\(name).\(deeper)" }
        }
        return nil
    }
}

extension EndpointOptions: Codable {
    package init(from decoder: any Decoder) throws {
        values = try decoder.singleValueContainer().decode([String: Value].self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(values)
    }
}

extension EndpointOptions.Value: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let integer = try? container.decode(Int64.self) {
            self = .integer(integer)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let list = try? container.decode([Self].self) {
            self = .list(list)
        } else {
            self = .object(try container.decode([String: Self].self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .flag(let flag): try container.encode(flag)
        case .integer(let integer): try container.encode(integer)
        case .number(let number): try container.encode(number)
        case .text(let text): try container.encode(text)
        case .list(let list): try container.encode(list)
        case .object(let object): try container.encode(object)
        }
    }
}
