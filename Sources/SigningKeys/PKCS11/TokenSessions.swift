import CCryptoki
import Foundation
import Synchronization

/// The sessions of one key in a token: as many as threads serve it, opened when they are needed and kept.
final class TokenSessions: Sendable {
    private let module: CryptokiModule
    private let uri: PKCS11URI
    private let pool: WorkPool
    private let idle: Mutex<[TokenSession]>

    /// - Parameter width: sessions, and threads that use them.
    init(_ uri: PKCS11URI, width: Int = 4) throws {
        module = try CryptokiModule.at(uri.module())
        self.uri = uri
        pool = WorkPool(width: width, queueLimit: 256)
        let first = try Self.reported { [module] in try TokenSession(module, uri) }
        idle = Mutex([first])
    }

    /// Does the work in a session; once more in a new one when the token has forgotten the old. Throws `KeyFailure` or `Overloaded`.
    func perform<Result: Sendable>(_ work: @escaping @Sendable (TokenSession) throws -> Result) async throws -> Result {
        // The caller waits and so keeps the sessions alive. Were they the job's too, its thread might close them last, after the result
        // has gone and while the process ends: the module's own data are gone then.
        try await pool.run { [unowned self] in try performNow(work) }
    }

    /// The same on this thread.
    func performNow<Result>(_ work: (TokenSession) throws -> Result) throws -> Result {
        try Self.reported {
            if let session = idle.withLock({ $0.popLast() }) {
                do {
                    return try finish(session, work)
                } catch let failure as CryptokiFailure where failure.isLostSession {
                    // The other idle ones are lost too.
                    idle.withLock { $0.removeAll() }
                }
            }
            return try finish(TokenSession(module, uri), work)
        }
    }

    private func finish<Result>(_ session: TokenSession, _ work: (TokenSession) throws -> Result) throws -> Result {
        let result = try work(session)
        idle.withLock { $0.append(session) }
        return result
    }

    private static func reported<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let failure as CryptokiFailure {
            throw failure.reason
        }
    }
}
