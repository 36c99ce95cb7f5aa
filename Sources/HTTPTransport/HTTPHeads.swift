import HTTPTypes
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
    init(_ response: HTTPResponse, date: String) {
        var fields: [(String, String)] = []
        fields.reserveCapacity(response.headerFields.count + 1)
        for field in response.headerFields where field.name != .date { fields.append((field.name.rawName, field.value)) }
        fields.append((HTTPField.Name.date.rawName, date))
        self.init(
            version: .http1_1,
            status: HTTPResponseStatus(statusCode: response.status.code, reasonPhrase: response.status.reasonPhrase),
            headers: HTTPHeaders(fields))
    }
}
