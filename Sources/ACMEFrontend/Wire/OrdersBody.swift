/// The list of an account's orders (RFC 8555 §7.1.2.1).
package struct OrdersBody: Sendable, JSONWritable {
    package var orders: [String]

    package init(orders: [String]) { self.orders = orders }
}

extension OrdersBody {
    package func write(to text: inout JSONText) { text.object { $0.member("orders", orders) } }
}
