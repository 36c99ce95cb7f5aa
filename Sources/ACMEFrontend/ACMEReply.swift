import ACMEWire

/// One HTTP answer, free of any HTTP library.
package struct ACMEReply: Sendable {
    /// What this answer says beside its body, and not every answer.
    package enum Header: Sendable {
        case allow, link, location, replayNonce, retryAfter
        /// To a browser that asks first (CORS).
        case allowedHeaders, allowedMethods, maximumAge
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
