import Foundation

/// The members of a line's JSON that reading a log needs.
struct AuditMembers: Decodable {
    let n: Int64
    /// As `Date.utcText` writes it: such texts sort by time.
    let at: String
    let event: String
    let what: String?
    let chain: String?
    let through: String?
    let digest: String?
    let signature: String?

    /// Nil for what is no entry of the log.
    init?(_ json: String) {
        guard let members = try? JSONDecoder().decode(AuditMembers.self, from: Data(json.utf8)) else { return nil }
        self = members
    }
}
