import EnrollmentCore
import HTTPTransport
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// The door's place on the HTTPS listener: `/acme/LABEL/…`, without client certificates. HTTP only; what an exchange means
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

    /// Every method and path below it: what is no resource gets its problem document too.
    package func register(on routes: inout ListenerRoutes) {
        routes.serve(below: Self.prefix) { request, context in await respond(to: request, context) }
    }

    private static let prefix = "/acme/"

    private func respond(to request: Request, _ context: TransportContext) async -> Response {
        let path = request.path.utf8.dropFirst(Self.prefix.utf8.count)
        let label = path.prefix { $0 != UInt8(ascii: "/") }
        let reply = await service.answer(
            ACMEExchange(
                method: request.method.rawValue, label: String(Substring(label)),
                path: String(Substring(path[label.endIndex...].dropFirst())), contentType: request.mediaType,
                body: body(of: request, context), peer: context.peerAddress, userAgent: request.userAgent))
        return response(reply, withBody: request.method != .head)
    }

    /// Nil when it is longer than the limit; what a client sends with other methods is not read.
    private func body(of request: Request, _ context: TransportContext) -> [UInt8]? {
        request.method == .post ? try? context.body(upTo: maxBody) : []
    }

    /// In every answer: none is kept by anybody, and pages of any origin may read it (CORS).
    private static let always: HTTPFields = [
        .cacheControl: "no-store", .accessControlAllowOrigin: "*",
        .accessControlExposeHeaders: "Link, Location, Replay-Nonce, Retry-After",
    ]

    private func response(_ reply: ACMEReply, withBody: Bool) -> Response {
        var fields = Self.always
        // Content-Type and Content-Length come last.
        fields.reserveCapacity(fields.count + reply.headers.count + 2)
        for (header, value) in reply.headers { fields.append(HTTPField(name: .of(header), value: value)) }
        let status = HTTPResponse.Status(code: reply.status)
        guard withBody, let contentType = reply.contentType else { return .empty(status, headers: fields) }
        return Response(status: status, contentType: contentType, body: reply.body, headers: fields)
    }
}

extension HTTPField.Name {
    private static let link = known("Link")
    private static let replayNonce = known("Replay-Nonce")

    private static func known(_ name: String) -> Self {
        guard let name = Self(name) else { preconditionFailure("a name that HTTP does not allow") }
        return name
    }

    fileprivate static func of(_ header: ACMEReply.Header) -> Self {
        switch header {
        case .allow: .allow
        case .link: .link
        case .location: .location
        case .replayNonce: .replayNonce
        case .retryAfter: .retryAfter
        case .allowedHeaders: .accessControlAllowHeaders
        case .allowedMethods: .accessControlAllowMethods
        case .maximumAge: .accessControlMaxAge
        }
    }
}
