import EnrollmentCore
import PKIFormats
import Persistence

/// Takes a key off the block list.
struct UnblockKey: AdminOperation {
    /// SHA-256 of the SubjectPublicKeyInfo in hexadecimal digits.
    let fingerprint: String

    func perform(in administration: Administration) async throws -> Done {
        guard let hash = [UInt8](hex: fingerprint), hash.count == 32 else { throw CommandFailure("'\(fingerprint)' is not a fingerprint") }
        do {
            try await administration.core.keyBlocklist.unblock(hash)
        } catch {
            guard case .unmet = error else { throw error }
            throw CommandFailure("the key \(fingerprint) is not blocked; see `muster key list`")
        }
        return Done()
    }
}
