import Foundation

/// One thing that an operator may do to a CA: executed by the server when it runs, else by the command itself, by the same code.
protocol AdminOperation: Codable, Sendable {
    associatedtype Reply: Codable & Sendable

    /// Whether the CA's keys must be loaded, and so the passphrase be known.
    static var needsKeys: Bool { get }

    /// Whether it changes anything, and so belongs into the audit log.
    static var changes: Bool { get }

    /// Where keys are that it finds in tokens.
    var tokenKeys: [String] { get }

    func perform(in administration: Administration) async throws -> Reply
}

extension AdminOperation {
    static var needsKeys: Bool { false }
    var tokenKeys: [String] { [] }
    /// An operation that only looks is named `List…`, `Show…` or `Diagnose`; whatever else is audited.
    static var changes: Bool { !["List", "Show", "Diagnose"].contains { name.hasPrefix($0) } }
    /// How the socket names it.
    static var name: String { String(describing: Self.self) }
}

/// All operations, by the names that the socket knows.
enum AdminOperations {
    private static let all: [any AdminOperation.Type] = [
        ListEndpoints.self, SwitchEndpoint.self, ListCertificates.self, ShowCertificate.self, IssueByOperator.self, RevokeCertificate.self,
        ReleaseCertificate.self, ListExpiring.self,
        ListTransactions.self, ShowTransaction.self, NewChallenge.self, ListChallenges.self, RevokeChallenge.self, AddUser.self,
        DisableUser.self,
        SetUpEndpoint.self, SetWebhook.self, ListWebhooks.self, RemoveWebhook.self, AddSigner.self, ListSigners.self, RemoveSigner.self,
        AddRevoker.self, ListRevokers.self, RemoveRevoker.self, PublishCRLs.self,
        BackUp.self, Diagnose.self, ListPending.self,
        ApprovePending.self, RejectPending.self, SetHolding.self,
        BlockKey.self, UnblockKey.self, ListBlockedKeys.self,
        ExportAudit.self, Prune.self, OpenRawRequest.self,
        ImportDirectory.self, ListDirectory.self, ApplyCatalog.self, ExportCatalog.self, TestPolicy.self,
        SetEndpointOptions.self,
        ListAuthorities.self, CreateAuthority.self, PrepareRollover.self, ActivateRollover.self, RetireGeneration.self,
        RequestAuthority.self, ImportAuthority.self, ImportCRL.self, AdoptAuthority.self,
    ]

    /// Decodes the arguments, performs the operation and encodes its reply.
    static func perform(_ name: String, arguments: Data, in administration: Administration) async throws -> Data {
        guard let type = all.first(where: { $0.name == name }) else {
            throw CommandFailure("the server does not know the operation '\(name)'; it is of another version")
        }
        return try await perform(type, arguments, administration)
    }

    private static func perform<Operation: AdminOperation>(
        _ type: Operation.Type, _ arguments: Data, _ administration: Administration
    ) async throws -> Data {
        let operation = try JSONDecoder().decode(type, from: arguments)
        guard Operation.changes else { return try JSONEncoder().encode(try await operation.perform(in: administration)) }
        let audited = AuditedOperation(Operation.name, arguments: arguments, by: administration)
        try await audited.begins()
        let reply: Data
        do {
            reply = try JSONEncoder().encode(try await operation.perform(in: administration))
        } catch {
            await audited.failed(error)
            throw error
        }
        try await audited.ended()
        return reply
    }
}
