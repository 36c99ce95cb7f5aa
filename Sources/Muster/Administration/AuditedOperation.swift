import Crypto
import EnrollmentCore
import Foundation
import PKIFormats

/// An operator's operation as the audit log tells it: once when it begins and once when it ends, so that not even a crash hides it.
struct AuditedOperation: Sendable {
    private let name: String
    private let arguments: String
    private let administration: Administration

    init(_ name: String, arguments: Data, by administration: Administration) {
        self.name = name
        self.arguments = Self.describe(arguments)
        self.administration = administration
    }

    func begins() async throws { try await add(.operation, reason: nil) }
    func ended() async throws { try await add(.operationDone, reason: nil) }

    /// The failure goes on to the operator whether or not it could be logged.
    func failed(_ error: any Error) async {
        try? await add(.operationFailed, reason: String(AdminMessage.describe(error).prefix(300)))
    }

    private func add(_ event: AuditEntry.Event, reason: String?) async throws {
        try await administration.core.audit.add(
            event, ["operation": name, "uid": String(administration.operatorID), "arguments": arguments, "reason": reason])
    }

    /// The arguments without what may be secret: by its name, or by its length, of which only a digest is told.
    private static func describe(_ arguments: Data) -> String {
        guard let members = try? JSONSerialization.jsonObject(with: arguments) as? [String: Any] else { return "" }
        return members.sorted { $0.key < $1.key }.map { name, value in
            let text = value is [Any] || value is [String: Any] ? json(value) : "\(value)"
            let isSecret = secretWords.contains { name.lowercased().contains($0) }
            return "\(name)=\(isSecret ? "(secret)" : text.utf8.count <= 100 ? text : "sha256:" + digest(text))"
        }.joined(separator: " ")
    }

    private static let secretWords = ["password", "passphrase", "secret", "challenge", "token", "credential", "authorization", "pin"]

    private static func digest(_ text: String) -> String { SHA256.hash(data: Data(text.utf8)).map { $0 }.hex }

    private static func json(_ value: Any) -> String {
        (try? JSONSerialization.data(withJSONObject: value, options: [.sortedKeys, .withoutEscapingSlashes])).map {
            String(decoding: $0, as: UTF8.self)
        } ?? ""
    }
}
