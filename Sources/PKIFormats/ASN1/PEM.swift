import Foundation

/// Textual encoding (RFC 7468).
package enum PEM {
    /// 64 characters a line, a newline at the end.
    package static func encode(label: String, _ der: [UInt8]) -> String {
        let lines = Data(der).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
        return "-----BEGIN \(label)-----\n\(lines)\(lines.isEmpty ? "" : "\n")-----END \(label)-----\n"
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
