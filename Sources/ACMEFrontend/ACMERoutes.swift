import EnrollmentCore
import HTTPTransport
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// The door's place in the router: `/acme/LABEL/…` on the HTTPS listener without client certificates. HTTP only; what an exchange means
/// is ``ACMEService``'s business.
package struct ACMERoutes: Sendable {
    private let service: ACMEService
    private let maxBody: Int

    /// - Parameter rules: which addresses http-01 may ask; a lab's include loopback and private ones.
    package init(services: EnrollmentServices, options: ACMEOptions, rules: AddressRules, logger: Logger) {
        self.init(
            services: services, options: options,
            validator: HTTP01Validator(port: options.http01Port, outgoing: OutgoingHTTP(rules: rules, userAgent: "muster (ACME http-01)")),
            logger: logger)
    }

    package init(services: EnrollmentServices, options: ACMEOptions, validator: HTTP01Validator, logger: Logger) {
        service = ACMEService(services: services, options: options, validator: validator, logger: logger)
        maxBody = options.maxBody
    }

    /// What nearly every reply has, checked and lower-cased once.
    private static let names: [String: HTTPField.Name] = [
        "Link", "Location", "Retry-After", "Replay-Nonce", "Cache-Control", "Access-Control-Allow-Origin", "Access-Control-Expose-Headers",
    ].reduce(into: [:]) { names, name in names[name] = HTTPField.Name(name) }

    package func register(on router: Router<TransportContext>) {
        // As many parts as a resource may have, since `**` costs the router more; the last for what can be none.
        for path: RouterPath in ["/acme/*/*", "/acme/*/*/*", "/acme/*/*/*/*", "/acme/*/*/*/*/*", "/acme/*/*/*/*/*/**"] {
            for method in [HTTPRequest.Method.get, .head, .post, .put, .patch, .delete, .options] {
                router.on(path, method: method) { request, context in try await respond(to: request, context) }
            }
        }
    }

    private func respond(to request: Request, _ context: TransportContext) async throws -> Response {
        let label = request.pathComponent(1) ?? ""
        let prefix = "/acme/\(label)/"
        let path = request.uri.path
        let body = try await body(of: request)
        let reply = await service.answer(
            ACMEExchange(
                method: request.method.rawValue, label: label,
                path: path.hasPrefix(prefix) ? String(decoding: path.utf8.dropFirst(prefix.utf8.count), as: UTF8.self) : "",
                contentType: request.mediaType, body: body, peer: context.peerAddress, userAgent: request.userAgent))
        return response(reply, withBody: request.method != .head)
    }

    /// Nil when it is longer than the limit; what a client sends with other methods is not read.
    private func body(of request: Request) async throws -> [UInt8]? {
        guard request.method == .post else { return [] }
        do {
            return try await request.bodyBytes(upTo: maxBody)
        } catch let error as any HTTPResponseError where error.status == .contentTooLarge {
            return nil
        }
    }

    private func response(_ reply: ACMEReply, withBody: Bool) -> Response {
        var headers = HTTPFields()
        headers.reserveCapacity(reply.headers.count + 1)
        for header in reply.headers {
            guard let name = Self.names[header.name] ?? HTTPField.Name(header.name) else { continue }
            headers.append(HTTPField(name: name, value: header.value))
        }
        let status = HTTPResponse.Status(code: reply.status)
        guard withBody, let contentType = reply.contentType else { return .empty(status, headers: headers) }
        return Response(status: status, contentType: contentType, body: reply.body, headers: headers)
    }
}
