import Foundation
import Synchronization

/// Signed answers, kept as long as they are good and the issuer's revocations have not changed.
///
/// An entry says which version of the revocations it was made from; who asks says which version stands in the database now. So an answer
/// `good` is gone with the transaction that revokes, whichever process wrote that.
final class OCSPAnswerCache: Sendable {
    /// Issuer, serial number and hash algorithm, as the client wrote them.
    struct Key: Hashable, Sendable {
        let issuer: [UInt8]
        let certID: [UInt8]
    }

    private struct Entry: Sendable {
        let version: Int64
        let answer: OCSPResponder.Answer
    }

    private let capacity: Int
    private let entries = Mutex<[Key: Entry]>([:])

    /// - Parameter capacity: how many answers; of about 1 KB each.
    init(capacity: Int = 10_000) { self.capacity = capacity }

    /// - Parameter version: that of the issuer's revocations, read after the request came.
    func answer(_ key: Key, version: Int64, at now: Date) -> OCSPResponder.Answer? {
        entries.withLock { entries in
            guard let entry = entries[key] else { return nil }
            guard entry.version == version, entry.answer.nextUpdate.map({ now < $0 }) == true else {
                entries[key] = nil
                return nil
            }
            return entry.answer
        }
    }

    /// - Parameter version: read before the status was.
    func keep(_ answer: OCSPResponder.Answer, as key: Key, version: Int64, at now: Date) {
        entries.withLock { entries in
            if entries.count >= capacity { entries = entries.filter { $0.value.answer.nextUpdate.map { now < $0 } == true } }
            if entries.count >= capacity { entries.removeAll(keepingCapacity: true) }
            entries[key] = Entry(version: version, answer: answer)
        }
    }
}
