/// The list of an account's orders (RFC 8555 §7.1.2.1).
package struct OrdersBody: Sendable, Codable {
    package var orders: [String]

    package init(orders: [String]) { self.orders = orders }
}
