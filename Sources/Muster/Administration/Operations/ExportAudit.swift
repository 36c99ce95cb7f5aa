import EnrollmentCore
import Foundation

/// A part of the audit log; the first call signs its end, and the export goes up to there.
struct ExportAudit: AdminOperation {
    struct Reply: Codable, Sendable {
        let chain: String
        /// DER of the audit key's public half.
        let key: Data
        let text: String
        /// Of the last line in `text`.
        let last: Int64
        /// Where the export ends: the number of the checkpoint.
        let through: Int64
    }

    static let needsKeys = true
    /// The whole export is one act, told by the checkpoint that it makes.
    static let changes = false

    /// The number of the last line that the caller has; 0 to begin.
    let after: Int64
    /// From an earlier reply; nil to begin.
    let through: Int64?

    func perform(in administration: Administration) async throws -> Reply {
        guard let key = administration.auditKey else { throw CommandFailure("the audit key is not loaded") }
        let audit = administration.core.audit
        let end: Int64
        if let through {
            end = through
        } else {
            try await audit.add(.operation, ["operation": Self.name, "uid": String(administration.operatorID)])
            end = try await audit.checkpoint(with: key)
        }
        guard let part = try await audit.lines(after: after, through: end) else {
            throw CommandFailure("the audit log ends before entry \(end)")
        }
        return Reply(chain: AuditLog.defaultChain, key: Data(key.publicKey.der), text: part.text, last: part.last, through: end)
    }
}
