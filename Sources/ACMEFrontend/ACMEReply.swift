import ACMEWire

/// One HTTP answer, free of any HTTP library.
package struct ACMEReply: Sendable {
    /// What an answer says beside its body, by the names that are sent.
    package enum Header: String, Sendable, CaseIterable {
        case allow = "Allow"
        case cacheControl = "Cache-Control"
        case link = "Link"
        case location = "Location"
        case replayNonce = "Replay-Nonce"
        case retryAfter = "Retry-After"
        case allowedHeaders = "Access-Control-Allow-Headers"
        case allowedMethods = "Access-Control-Allow-Methods"
        case allowedOrigin = "Access-Control-Allow-Origin"
        case exposedHeaders = "Access-Control-Expose-Headers"
        case maximumAge = "Access-Control-Max-Age"
    }

    /// In order; one `Link` a line.
    package typealias Headers = [(name: Header, value: String)]

    package var status: Int
    package var contentType: String?
    package var headers: Headers
    package var body: [UInt8]

    package init(status: Int, contentType: String? = nil, headers: Headers = [], body: [UInt8] = []) {
        self.status = status
        self.contentType = contentType
        self.headers = headers
        self.body = body
    }

    /// A JSON answer.
    package init(status: Int = 200, json: some JSONWritable, headers: Headers = []) {
        self.init(status: status, contentType: "application/json", headers: headers, body: ACMEJSON.encode(json))
    }
}
