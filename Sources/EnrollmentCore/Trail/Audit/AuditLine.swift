import Crypto
import PKIFormats

/// One line of the audit log: 64 hex digits, a space, and one JSON object. The digits are SHA-256 over the digest of the line before,
/// 32 octets (of zeros before the first line), and the JSON text.
package struct AuditLine: Sendable, Hashable {
    /// What stands before the first line of a chain.
    package static let origin = [UInt8](repeating: 0, count: 32)

    package let digest: [UInt8]
    package let json: String

    init(after digest: [UInt8], json: String) {
        self.digest = Self.digest(after: digest, json)
        self.json = json
    }

    /// Reads a line; nil where it has not the form of one. Whether the digest is right is another question.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.count > 65, let digest = [UInt8](hex: String(text.prefix(64))), digest.count == 32 else { return nil }
        let rest = text.dropFirst(64)
        guard rest.first == " " else { return nil }
        self.digest = digest
        json = String(rest.dropFirst())
    }

    package var text: String {
        var text = ByteText(capacity: json.utf8.count + 65)
        write(to: &text)
        return text.string
    }

    func write(to text: inout ByteText) {
        text.append(digest.hex)
        text.append(literal: " ")
        text.append(json)
    }

    func follows(_ digest: [UInt8]) -> Bool { Self.digest(after: digest, json) == self.digest }

    private static func digest(after digest: [UInt8], _ json: String) -> [UInt8] {
        var hash = SHA256()
        digest.withUnsafeBytes { hash.update(bufferPointer: $0) }
        var json = json
        json.withUTF8 { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
        return hash.finalize().octets
    }
}
