import Synchronization

/// How an operation that changes the authorities tells the server that runs.
final class AuthorityChanges: Sendable {
    typealias Handler = @Sendable () async throws -> Void

    private let handler = Mutex<Handler?>(nil)

    func call(_ handler: @escaping Handler) { self.handler.withLock { $0 = handler } }

    /// False where nobody listens: no server runs.
    func announce() async throws -> Bool {
        guard let handler = handler.withLock({ $0 }) else { return false }
        try await handler()
        return true
    }
}
