import EnrollmentCore
import Foundation
import PKIFormats

/// An exported audit log: a head line that names the chain and the public key, then the lines of the chain.
struct AuditFile {
    let chain: String
    let key: SubjectPublicKeyInfo
    let lines: [Substring]

    static func head(chain: String, key: Data) -> String { "muster-audit 1 chain=\(chain) key=\(key.base64EncodedString())\n" }

    init(_ path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else { throw CommandFailure("\(path) cannot be read") }
        let lines = String(decoding: data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count == 4, words[0] == "muster-audit", words[1] == "1", words[2].hasPrefix("chain="), words[3].hasPrefix("key="),
            let der = Data(base64Encoded: String(words[3].dropFirst(4))), let key = try? SubjectPublicKeyInfo(der: [UInt8](der))
        else { throw CommandFailure("\(path) is no audit log of version 1: its first line was changed or removed") }
        self.key = key
        chain = String(words[2].dropFirst(6))
        self.lines = Array(lines.last == "" ? lines.dropFirst().dropLast() : lines.dropFirst())
    }
}
