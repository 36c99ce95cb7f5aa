import Foundation
import SigningKeys

/// Examines user names and passwords. Guessing is slowed per user, and a verified password is remembered for a while, so that scrypt is
/// not paid at every request.
package struct PasswordAuthenticator: Authenticator {
    private let store: UserStore
    private let memory = VerifiedPasswords()
    private let isRight: @Sendable (_ password: String, _ stored: String) -> Bool
    /// Of its own: whoever guesses passwords must not keep the CA from signing. At most two at a time, because each takes 32 MiB.
    private static let pool = WorkPool(width: min(2, max(1, ProcessInfo.processInfo.activeProcessorCount / 2)), queueLimit: 128)

    /// - Parameter isRight: costs memory and time, and so runs on a pool of few threads.
    package init(store: UserStore, isRight: @escaping @Sendable (_ password: String, _ stored: String) -> Bool = PasswordHash.verify) {
        self.store = store
        self.isRight = isRight
    }

    package func examine(_ credential: any Credential, in context: ExaminationContext) async throws(Refusal) -> [Proof] {
        guard let credential = credential as? PasswordCredential else { return [] }
        let account = "\(context.endpoint.name)/\(credential.username.prefix(200))"
        guard credential.password.utf8.count <= 1024, credential.username.utf8.count <= 200, !credential.username.utf8.contains(0) else {
            throw refusal("overlong user name or password, or a NUL in it", account)
        }
        let user: UserStore.User?
        do {
            user = try await store.find(credential.username, endpoint: context.endpoint.name)
        } catch {
            throw Refusal(.internalFault, at: .authenticate, detail: "\(error)")
        }
        // An unknown user costs the same time as a wrong password.
        let stored = user?.passwordHash ?? VerifiedPasswords.decoy
        guard try await verify(credential.password, stored, account, in: context), let user else {
            memory.noteFailure(account, from: context.peer, at: context.instant)
            throw refusal(user == nil ? "there is no such user" : "wrong password", account)
        }
        guard user.disabledAt == nil else { throw refusal("the user is disabled", account) }
        return [Proof(fact: .knowsPassword, principal: Self.principalPrefix + user.name, covers: user.covers)]
    }

    package func stillHolds(_ proof: StoredProof, in context: ExaminationContext) async throws(Refusal) -> Bool {
        guard proof.fact == .knowsPassword, proof.principal.hasPrefix(Self.principalPrefix) else { return false }
        do {
            let user = try await store.find(String(proof.principal.dropFirst(Self.principalPrefix.count)), endpoint: context.endpoint.name)
            return user.map { $0.disabledAt == nil } ?? false
        } catch {
            throw Refusal(.internalFault, at: .authenticate, detail: "\(error)")
        }
    }

    private static let principalPrefix = "user:"

    private func verify(
        _ password: String, _ stored: String, _ account: String, in context: ExaminationContext
    ) async throws(Refusal) -> Bool {
        if memory.remembers(password, stored) { return true }
        guard memory.mayTry(account, from: context.peer, at: context.instant) else {
            throw Refusal(
                .rateLimited, at: .authenticate, detail: "too many wrong passwords for \(account), the last from \(context.peer ?? "here")",
                advice: "wait five minutes, or find out who is guessing")
        }
        do {
            return try await memory.isRight(password, stored) { [isRight] in try await Self.pool.run { isRight(password, stored) } }
        } catch is Overloaded {
            throw Refusal(.overloaded, at: .authenticate, detail: "too many passwords wait to be verified")
        } catch {
            throw Refusal(.internalFault, at: .authenticate, detail: "\(error)")
        }
    }

    private func refusal(_ detail: String, _ account: String) -> Refusal {
        Refusal(
            .badCredential, at: .authenticate, publicText: "user name or password is wrong", detail: "\(account): \(detail)",
            advice: "`muster user add NAME --endpoint NAME` sets a new password")
    }
}
