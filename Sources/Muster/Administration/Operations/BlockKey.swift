import EnrollmentCore
import PKIFormats

/// Puts a key on the block list.
struct BlockKey: AdminOperation {
    /// SHA-256 of the SubjectPublicKeyInfo in hexadecimal digits.
    let fingerprint: String
    let reason: String

    func perform(in administration: Administration) async throws -> Done {
        guard let hash = [UInt8](hex: fingerprint), hash.count == 32 else { throw CommandFailure("'\(fingerprint)' is not a fingerprint") }
        guard !reason.isEmpty, reason.count <= 500 else { throw CommandFailure("a reason has 1 to 500 characters") }
        try await administration.core.keyBlocklist.block(hash, reason: reason, by: "uid:\(administration.operatorID)")
        return Done()
    }
}
