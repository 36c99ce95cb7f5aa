import Foundation

/// Textual encoding (RFC 7468).
package enum PEM {
    /// 64 characters a line, a newline at the end.
    package static func encode(label: String, _ der: [UInt8]) -> String {
        var rest = [UInt8](Data(der).base64EncodedData())[...]
        var text = Array("-----BEGIN \(label)-----\n".utf8)
        text.reserveCapacity(2 * text.count + rest.count + rest.count / 64 + 2)
        while !rest.isEmpty {
            text += rest.prefix(64)
            text.append(UInt8(ascii: "\n"))
            rest = rest.dropFirst(64)
        }
        text += "-----END \(label)-----\n".utf8
        return String(decoding: text, as: UTF8.self)
    }

    /// Every block with this label, in order; blocks with other labels and text between blocks are skipped.
    /// Bounds: 4 MiB of text, 256 blocks. Throws when a block is broken; none at all is an empty result.
    package static func decode(_ text: String, label: String) throws(FormatError) -> [[UInt8]] {
        guard text.utf8.count <= 4 << 20 else { throw FormatError("PEM", "too long") }
        var blocks: [[UInt8]] = []
        var body: [UInt8]?
        for line in text.utf8.split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) {
            let trimmed = String(decoding: line, as: UTF8.self).trimmingCharacters(in: .whitespaces)
            if trimmed == "-----BEGIN \(label)-----" {
                guard body == nil else { throw FormatError("PEM", "a block inside a block") }
                body = []
            } else if trimmed == "-----END \(label)-----" {
                guard let collected = body, let data = Data(base64Encoded: Data(collected)) else {
                    throw FormatError("PEM", "broken block")
                }
                guard blocks.count < 256 else { throw FormatError("PEM", "more than 256 blocks") }
                blocks.append([UInt8](data))
                body = nil
            } else if body != nil {
                body?.append(contentsOf: trimmed.utf8)
            }
        }
        guard body == nil else { throw FormatError("PEM", "a block without an end") }
        return blocks
    }

    /// The only block with this label.
    package static func decodeOne(_ text: String, label: String) throws(FormatError) -> [UInt8] {
        let blocks = try decode(text, label: label)
        guard blocks.count == 1, let block = blocks.first else { throw FormatError("PEM", "not exactly one \(label)") }
        return block
    }
}
