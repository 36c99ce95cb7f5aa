import Synchronization

/// One exchange with a client: whoever answers it keeps this beside the request, so that the trail of each transaction that it led to can also tell
/// of the reply.
package final class Exchange: Sendable {
    /// That of the request which this task serves; nil for the command line and for background work.
    @TaskLocal package static var current: Exchange?

    private static let limit = 100
    private let state = Mutex<(transactions: [RequestID], words: String?)>(([], nil))

    package init() {}

    /// The transactions so far; of those beyond a hundred nothing is told.
    var transactions: [RequestID] { state.withLock(\.transactions) }

    /// The reply in the protocol's own words.
    var words: String? { state.withLock(\.words) }

    /// A row with this id is, or will be, in the trail.
    func leads(to id: RequestID) {
        state.withLock { state in
            if state.transactions.count < Self.limit, !state.transactions.contains(id) { state.transactions.append(id) }
        }
    }

    /// What a reply says in the words of its protocol, for example a CertRep's pkiStatus; the last counts.
    package func answers(_ words: String) { state.withLock { $0.words = words } }
}
