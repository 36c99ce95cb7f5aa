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
            headerFields: HTTPFields(head.headers))
    }
}

extension HTTPFields {
    /// Those of a request without the first Host, which is its authority. Gathered beforehand: to add to them one by one takes ten times as long.
    fileprivate init(_ headers: HTTPHeaders) {
        var awaitsHost = true
        self.init(
            headers.compactMap { header -> HTTPField? in
                guard let name = HTTPField.Name(header.name) else { return nil }
                if awaitsHost, name.canonicalName == "host" {
                    awaitsHost = false
                    return nil
                }
                return HTTPField(name: name, value: header.value)
            })
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
