import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
    /// A response with a body of known length (so `Content-Length`, never chunks) and exactly this content type.
    package init(status: HTTPResponse.Status, contentType: String, body: [UInt8], headers: consuming HTTPFields = [:]) {
        self.init(status: status, contentType: contentType, buffer: ByteBuffer(bytes: body), headers: headers)
    }

    /// A body that is text of the protocol; the content type is sent exactly as given, without a charset of our own.
    package init(status: HTTPResponse.Status, contentType: String, text: String, headers: consuming HTTPFields = [:]) {
        self.init(status: status, contentType: contentType, buffer: ByteBuffer(string: text), headers: headers)
    }

    private init(status: HTTPResponse.Status, contentType: String, buffer: ByteBuffer, headers: consuming HTTPFields) {
        headers[.contentType] = contentType
        headers[.contentLength] = String(buffer.readableBytes)
        self.init(status: status, headers: headers, body: ResponseBody(byteBuffer: buffer))
    }

    /// One line of `text/plain; charset=utf-8` for people and logs.
    package static func plain(_ status: HTTPResponse.Status, _ line: String, headers: HTTPFields = [:]) -> Response {
        Response(status: status, contentType: "text/plain; charset=utf-8", text: line + "\n", headers: headers)
    }

    /// No body: `Content-Length: 0`, or no length where the status has none.
    package static func empty(_ status: HTTPResponse.Status, headers: HTTPFields = [:]) -> Response {
        var response = Response(status: status, headers: headers)
        if status == .noContent || status == .notModified { response.headers[.contentLength] = nil }
        return response
    }
}

extension HTTPFields {
    /// These fields and `Retry-After` in whole seconds, at least one (EST clients choke on an HTTP date).
    package func retryAfter(_ duration: Duration) -> HTTPFields {
        var fields = self
        let parts = duration.components
        fields[.retryAfter] = String(Swift.max(1, parts.seconds + (parts.attoseconds > 0 ? 1 : 0)))
        return fields
    }
}
