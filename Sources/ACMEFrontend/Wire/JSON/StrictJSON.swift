import Foundation
import PKIFormats

/// JSON as the ACME door accepts it: an object, bounded in depth, no member named twice, no escapes in member names.
package enum StrictJSON {
    static let depthLimit = 12

    /// Decodes one JSON object after checking its shape.
    package static func decode<T: Decodable>(_ type: T.Type, from bytes: [UInt8], what: String) throws(FormatError) -> T {
        try checkShape(bytes, what: what)
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch let error as DecodingError {
            throw FormatError(what, describe(error))
        } catch {
            throw FormatError(what, "not valid JSON")
        }
    }

    /// Checks nesting and member names; the syntax itself is the decoder's business.
    static func checkShape(_ bytes: [UInt8], what: String) throws(FormatError) {
        var open: [Container] = []
        var index = 0
        guard bytes.first(where: { !isSpace($0) }) == UInt8(ascii: "{") else { throw FormatError(what, "not a JSON object") }
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            switch byte {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                guard open.count < depthLimit else { throw FormatError(what, "nested too deeply") }
                open.append(Container(isObject: byte == UInt8(ascii: "{")))
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                guard open.popLast() != nil else { throw FormatError(what, "unbalanced brackets") }
            case UInt8(ascii: ","):
                if !open.isEmpty { open[open.count - 1].expectsName = true }
            case UInt8(ascii: "\""):
                let (text, end) = try string(in: bytes, from: index, what: what)
                index = end
                if let last = open.indices.last, open[last].isObject, open[last].expectsName {
                    open[last].expectsName = false
                    guard !text.contains(UInt8(ascii: "\\")) else { throw FormatError(what, "escape in a member name") }
                    guard open[last].names.insert(Array(text)).inserted else {
                        throw FormatError(what, "member \(String(decoding: text, as: UTF8.self)) appears twice")
                    }
                }
            default:
                break
            }
        }
        guard open.isEmpty else { throw FormatError(what, "ends early") }
    }

    private struct Container {
        let isObject: Bool
        var expectsName = true
        var names: Set<[UInt8]> = []
    }

    /// The raw text between the quotes and the index after the closing one.
    private static func string(in bytes: [UInt8], from start: Int, what: String) throws(FormatError) -> (ArraySlice<UInt8>, Int) {
        var index = start
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "\"") { return (bytes[start..<index], index + 1) }
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        throw FormatError(what, "unterminated string")
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }

    private static func describe(_ error: DecodingError) -> String {
        func path(_ context: DecodingError.Context) -> String { context.codingPath.map(\.stringValue).joined(separator: ".") }
        return switch error {
        case .keyNotFound(let key, _): "member \(key.stringValue) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context): "member \(path(context)) has the wrong type"
        case .dataCorrupted(let context):
            context.codingPath.isEmpty ? "not valid JSON" : "member \(path(context)): \(context.debugDescription)"
        @unknown default: "not valid JSON"
        }
    }
}
