import EnrollmentCore
import HTTPTransport
import HTTPTypes
import Hummingbird
import NIOCore

/// The door's place in the router: `/acme/LABEL/…` on the HTTPS listener without client certificates. HTTP only; what an exchange means
/// is ``ACMEService``'s business.
package struct ACMERoutes: Sendable {
    private let service: ACMEService
    private let maxBody: Int

    package init(service: ACMEService, maxBody: Int = 65_536) {
        self.service = service
        self.maxBody = maxBody
    }

    package func register(on router: Router<TransportContext>) {
        for method in [HTTPRequest.Method.get, .head, .post, .put, .patch, .delete, .options] {
            router.on("/acme/:label/**", method: method) { request, context in try await respond(to: request, context) }
        }
    }

    private func respond(to request: Request, _ context: TransportContext) async throws -> Response {
        let label = context.parameters.get("label") ?? ""
        let prefix = "/acme/\(label)/"
        let path = request.uri.path
        let body = request.method == .post ? try await request.bodyBytes(upTo: maxBody) : []
        let reply = await service.answer(
            ACMEExchange(
                method: request.method.rawValue, label: label, path: path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : "",
                contentType: request.mediaType, body: body, peer: context.peerAddress, userAgent: request.headers[.userAgent]))
        return response(reply)
    }

    private func response(_ reply: ACMEReply) -> Response {
        var headers = HTTPFields()
        for header in reply.headers {
            guard let name = HTTPField.Name(header.name) else { continue }
            headers.append(HTTPField(name: name, value: header.value))
        }
        let status = HTTPResponse.Status(code: reply.status)
        guard let contentType = reply.contentType else { return .empty(status, headers: headers) }
        return Response(status: status, contentType: contentType, body: reply.body, headers: headers)
    }
}
