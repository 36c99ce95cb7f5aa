/// One HTTP request as the ACME door sees it, free of any HTTP library.
package struct ACMEExchange: Sendable {
    package let method: String
    /// The path below `/acme/LABEL/`, without a leading slash.
    package let path: String
    package let label: String
    package let contentType: String?
    /// Nil when it was longer than the limit.
    package let body: [UInt8]?
    package let peer: String?
    package let userAgent: String?

    package init(
        method: String, label: String, path: String, contentType: String? = nil, body: [UInt8]? = [], peer: String? = nil,
        userAgent: String? = nil
    ) {
        self.method = method
        self.label = label
        self.path = path
        self.contentType = contentType
        self.body = body
        self.peer = peer
        self.userAgent = userAgent
    }
}
