import HTTPTypes
import HummingbirdCore
import NIOHTTP1
import NIOHTTPTypesHTTP1

extension HTTPRequest {
    /// The head of an HTTP/1 request. An origin form (it starts with a slash) is the path as it stands; the absolute form is taken apart.
    init(_ head: HTTPRequestHead) throws {
        guard head.uri.utf8.first == UInt8(ascii: "/") else {
            try self.init(head, secure: false, splitCookie: false)
            return
        }
        self.init(
            method: try Method(head.method), scheme: "http", authority: head.headers.first(name: "host"), path: head.uri,
            headerFields: HTTPFields(head.headers, splitCookie: false))
    }
}

extension HTTPResponseHead {
    /// The head of a response, with the `Date` that RFC 9110 §6.6.1 wants.
    init(_ response: Response, date: String) {
        let given = response.headers
        var fields: [(String, String)] = []
        fields.reserveCapacity(given.count + 1)
        // By their places: an iterator copies each whole field.
        for place in given.indices where given[place].name != .date { fields.append((given[place].name.rawName, given[place].value)) }
        fields.append((HTTPField.Name.date.rawName, date))
        self.init(
            version: .http1_1,
            status: HTTPResponseStatus(statusCode: response.status.code, reasonPhrase: response.status.reasonPhrase),
            headers: HTTPHeaders(fields))
    }
}
