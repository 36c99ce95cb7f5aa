import Synchronization

/// Which authorizations an order has: that never changes, and every answer about an order shows it.
final class AuthorizationIDCache: Sendable {
    private static let capacity = 10_000

    private let orders = Mutex<[String: [String]]>([:])

    func find(_ order: String) -> [String]? { orders.withLock { $0[order] } }

    func keep(_ authorizations: [String], ofOrder order: String) {
        guard !authorizations.isEmpty else { return }
        orders.withLock { orders in
            if orders.count >= Self.capacity { orders.removeAll() }
            orders[order] = authorizations
        }
    }
}
