import EnrollmentCore
import Foundation
import HTTPTransport
import HTTPTypes
import Hummingbird
import WSTEPWire

/// HTTP for both services: a POST gets a SOAP message, 200 with the answer or 500 with a fault, and nothing else.
package struct WSTEPRoutes: Sendable {
    private let catalog: Catalog
    private let desk: WSTEPDesk
    private let pipeline: IssuancePipeline
    private let links: WSTEPLinks
    private let surroundings: Surroundings

    /// - Parameter identity: the active generation of the authority with this name; nil when it is not loaded.
    package init(
        catalog: Catalog, pipeline: IssuancePipeline, links: WSTEPLinks, surroundings: Surroundings,
        identity: @escaping @Sendable (_ authority: String) -> AuthorityIdentity?
    ) {
        self.catalog = catalog
        self.pipeline = pipeline
        self.links = links
        self.surroundings = surroundings
        desk = WSTEPDesk(catalog: catalog, pipeline: pipeline, links: links, surroundings: surroundings, identity: identity)
    }

    package func register(on router: Router<TransportContext>) {
        for path: RouterPath in ["/*/service.svc", "/*/service.svc/*"] {
            router.get(path) { request, _ in page(request) }
            router.post(path) { request, context in try await answer(request, context) }
        }
    }

    private func service(_ request: Request) -> (WSTEPService, label: String)? {
        request.pathComponent(0).flatMap { links.service(segment: $0, leaf: request.pathComponent(2)) }
    }

    /// What an administrator sees who opens the URL in a browser.
    private func page(_ request: Request) -> Response {
        switch service(request) {
        case (.policy, _)?: .plain(.ok, "Certificate enrollment policy service (MS-XCEP). Clients send SOAP 1.2 here by POST.")
        case (.enrollment, _)?: .plain(.ok, "Certificate enrollment service (MS-WSTEP). Clients send SOAP 1.2 here by POST.")
        case nil: .plain(.notFound, "There is no such service.")
        }
    }

    private func answer(_ request: Request, _ context: TransportContext) async throws -> Response {
        guard let (service, label) = service(request) else { return .plain(.notFound, "There is no such service.") }
        let body = try context.body(upTo: XMLLimits().bytes)
        let endpoint = catalog.endpoints.first { $0.protocolName == .wstep && $0.label.lowercased() == label }
        let arrival = WSTEPArrival(
            endpoint: endpoint?.name ?? "wstep \(label.prefix(40))", service: service, peer: context.peerAddress,
            userAgent: request.userAgent, instant: surroundings.now, raw: body)
        var decoder = WSTEPRequestDecoder()
        do throws(WSTEPRejection) {
            let message = try decoder.decode(body, contentType: request.headers.value(of: .contentType), service: service)
            let reply = try await desk.serve(message, arrival, relatesTo: decoder.messageID)
            return Response(status: .ok, contentType: SOAPContentType.reply, body: reply)
        } catch {
            if !error.isRecorded { await pipeline.refuse(error.refusal, arrival: arrival.core(operation: service.operation)) }
            Exchange.current?.answers("fault \(error.fault.subcodes.last?.rawValue ?? error.fault.code.rawValue)")
            let fault = error.fault.encoded(relatesTo: decoder.messageID)
            return Response(status: .internalServerError, contentType: SOAPContentType.reply, body: fault)
        }
    }
}
