/// An account (RFC 8555 §7.1.2).
package struct AccountBody: Sendable, JSONWritable {
    package var status: String
    package var contact: [String]
    package var termsOfServiceAgreed: Bool
    package var orders: String

    package init(status: String, contact: [String], termsOfServiceAgreed: Bool, orders: String) {
        self.status = status
        self.contact = contact
        self.termsOfServiceAgreed = termsOfServiceAgreed
        self.orders = orders
    }
}

extension AccountBody {
    package func write(to text: inout JSONText) {
        text.object { text in
            text.member("contact", contact)
            text.member("orders", orders)
            text.member("status", status)
            text.member("termsOfServiceAgreed", termsOfServiceAgreed)
        }
    }
}
