import EnrollmentCore
import Foundation
import Synchronization

/// The lists as they are handed out, kept while they are current: one may be many megabytes, and is asked for by everybody.
final class KeptLists: Sendable {
    private static let capacity = 300

    private let lists: RevocationLists
    private let kept = Mutex<[ListScope: (number: Int64, document: StatusDocument)]>([:])

    init(_ lists: RevocationLists) { self.lists = lists }

    /// The current list; nil where none is published. A new one is seen at once: its number is read for every request.
    func document(_ scope: ListScope, make: (RevocationLists.Published) -> StatusDocument) async throws -> StatusDocument? {
        guard let head = try await lists.head(scope) else { return nil }
        if let known = kept.withLock({ $0[scope] }), known.number == head.number { return known.document }
        guard let list = try await lists.current(scope) else { return nil }
        let document = make(list)
        kept.withLock { kept in
            if kept.count >= Self.capacity { kept.removeAll() }
            kept[scope] = (list.number, document)
        }
        return document
    }
}
