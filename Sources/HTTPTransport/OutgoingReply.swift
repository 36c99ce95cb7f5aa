/// The final answer to an outgoing request.
package struct OutgoingReply: Sendable {
    package let status: Int
    package let body: [UInt8]
    package let contentType: String?
    /// The address that answered.
    package let address: IPAddress
    /// Every URL asked, redirects included, in order.
    package let urls: [String]
}
