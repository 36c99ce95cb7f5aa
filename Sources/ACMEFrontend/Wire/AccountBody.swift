/// An account (RFC 8555 §7.1.2).
package struct AccountBody: Sendable, Codable {
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
