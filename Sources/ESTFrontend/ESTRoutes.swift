import ESTWire
import EnrollmentCore
import HTTPTransport
import HTTPTypes
import Hummingbird
import NIOCore

/// The EST door (RFC 7030): HTTP in, HTTP out.
///
/// Paths are `/.well-known/est/OP`, `/.well-known/est/LABEL/OP` and, because strongSwan appends the well-known part to whatever
/// URL it is given, `/LABEL/.well-known/est/OP`.
package struct ESTRoutes: Sendable {
    /// Bytes of a request body; an ML-DSA-87 request is about 12 KB in base64.
    private static let maxBody = 64 * 1024

    private let services: EnrollmentServices
    private let decoder: ESTRequestDecoder
    private let encoder = ESTReplyEncoder()

    package init(services: EnrollmentServices) {
        self.services = services
        decoder = ESTRequestDecoder(surroundings: services.surroundings)
    }

    package func register(on router: Router<TransportContext>) {
        let paths: [RouterPath] = [
            "/.well-known/est/*", "/.well-known/est/*/*", "/*/.well-known/est/*",
        ]
        for path in paths {
            for method in [HTTPRequest.Method.get, .post] {
                router.on(path, method: method) { request, context in
                    try await respond(to: request, context)
                }
            }
        }
    }

    private static func parts(of request: Request) -> (label: String, operation: String) {
        guard request.pathComponent(0) == ".well-known" else {
            return (request.pathComponent(0) ?? "", request.pathComponent(3) ?? "")
        }
        let first = request.pathComponent(2) ?? ""
        return request.pathComponent(3).map { (first, $0) } ?? (ESTKnock.defaultLabel, first)
    }

    private func respond(to request: Request, _ context: TransportContext) async throws -> Response {
        let (label, name) = Self.parts(of: request)
        guard let operation = ESTOperation(rawValue: name) else {
            return response(
                ESTRefusals.reply(Refusal(.unsupportedOperation, at: .decode, detail: "operation of the URL"), operation: nil))
        }
        guard request.method.rawValue == operation.method else {
            return .plain(
                .methodNotAllowed, "\(operation.rawValue) is asked with \(operation.method)", headers: [.allow: operation.method])
        }
        var knock = ESTKnock(
            operation: operation, label: label, peer: context.peerAddress, userAgent: request.userAgent,
            basic: request.basicCredentials, clientCertificates: await context.clientCertificates(), body: [])
        switch operation {
        case .caCertificates, .requestAttributes:
            break
        case .enroll, .reenroll:
            guard request.mediaType == "application/pkcs10" else {
                return await refuse(knock, .unsupportedMediaType, "send a base64 PKCS #10 request with Content-Type: application/pkcs10")
            }
            do {
                knock.body = try context.body(upTo: Self.maxBody)
            } catch {
                return await refuse(knock, .contentTooLarge, "the request is larger than \(Self.maxBody) bytes")
            }
        }
        return response(await answer(knock))
    }

    /// What HTTP has a status of its own for.
    private func refuse(_ knock: ESTKnock, _ status: HTTPResponse.Status, _ line: String) async -> Response {
        await refuse(knock, Refusal(.malformed, at: .decode, publicText: line, detail: "HTTP status \(status.code): \(line)"))
        return .plain(status, line)
    }

    private func refuse(_ knock: ESTKnock, _ refusal: Refusal) async {
        let endpoint = services.catalog.endpoint(.est, label: knock.label)?.name ?? "est/\(knock.label.prefix(60))"
        await services.pipeline.refuse(refusal, arrival: decoder.arrival(knock, endpoint: endpoint))
    }

    /// One knock to one answer. Every refusal is in the trail: the pipeline writes its own.
    private func answer(_ knock: ESTKnock) async -> ESTReply {
        let endpoint: Endpoint
        let issuance: IssuanceRequest
        do {
            endpoint = try services.catalog.openEndpoint(.est, label: knock.label)
            switch knock.operation {
            case .caCertificates:
                return encoder.caCertificates(try issuer(of: endpoint), knock.layout)
            case .requestAttributes:
                return encoder.requestAttributes(template(of: endpoint), knock.layout)
            case .enroll, .reenroll:
                issuance = try decoder.issuance(knock, endpoint: endpoint)
            }
        } catch {
            await refuse(knock, error)
            return ESTRefusals.reply(error, operation: knock.operation)
        }
        do {
            return encoder.enrollment(try await services.pipeline.process(issuance), knock.layout)
        } catch {
            return ESTRefusals.reply(error, operation: knock.operation, request: issuance.id)
        }
    }

    private func issuer(of endpoint: Endpoint) throws(Refusal) -> AuthorityIdentity {
        guard let issuer = services.authorities.active(endpoint.authority)?.identity else {
            throw Refusal(.internalFault, at: .decode, detail: "authority '\(endpoint.authority)' is not loaded")
        }
        return issuer
    }

    /// The template that a request without a hint gets.
    private func template(of endpoint: Endpoint) -> Template? {
        endpoint.policy.rules.first?.templates.first.flatMap(services.catalog.template(named:))
    }

    private func response(_ reply: ESTReply) -> Response {
        var headers: HTTPFields = [:]
        if let seconds = reply.retryAfter { headers = headers.retryAfter(.seconds(seconds)) }
        // libest keeps 32 characters of a realm.
        if reply.asksForPassword { headers[.wwwAuthenticate] = "Basic realm=\"est\"" }
        let status = HTTPResponse.Status(code: reply.status)
        guard let contentType = reply.contentType else { return .empty(status, headers: headers) }
        return Response(status: status, contentType: contentType, text: reply.body, headers: headers)
    }
}
