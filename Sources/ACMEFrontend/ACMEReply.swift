import ACMEWire
import HTTPTypes

/// One HTTP answer.
package struct ACMEReply: Sendable {
    package var status: Int
    package var contentType: String?
    /// In order; one `Link` a line.
    package var headers: HTTPFields
    package var body: [UInt8]

    package init(status: Int, contentType: String? = nil, headers: HTTPFields = [:], body: [UInt8] = []) {
        self.status = status
        self.contentType = contentType
        self.headers = headers
        self.body = body
    }

    /// A JSON answer.
    package init(status: Int = 200, json: some JSONWritable, headers: HTTPFields = [:]) {
        self.init(status: status, contentType: "application/json", headers: headers, body: ACMEJSON.encode(json))
    }
}

extension HTTPField.Name {
    static let link = known("Link")
    static let replayNonce = known("Replay-Nonce")

    private static func known(_ name: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(name) else { preconditionFailure("not the name of a field: \(name)") }
        return name
    }
}
