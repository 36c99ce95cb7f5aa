import ACMEWire

/// One HTTP answer, free of any HTTP library.
package struct ACMEReply: Sendable {
    package var status: Int
    package var contentType: String?
    /// In order, names as they are sent; one `Link` a line.
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]

    package init(status: Int, contentType: String? = nil, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.status = status
        self.contentType = contentType
        self.headers = headers
        self.body = body
    }

    /// A JSON answer.
    package init(status: Int = 200, json: some JSONWritable, headers: [(name: String, value: String)] = []) {
        self.init(status: status, contentType: "application/json", headers: headers, body: ACMEJSON.encode(json))
    }

    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}
