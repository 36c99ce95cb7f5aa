import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1

/// Asks a listener's routes for the response to a request.
struct RequestService: Sendable {
    private let responder: ListenerResponder
    private let logger: Logger
    private let dates = DateField()

    init(_ responder: ListenerResponder, logger: Logger) {
        self.responder = responder
        self.logger = logger
    }

    /// What a route throws and does not explain is answered 500.
    func respond(to head: HTTPRequest, _ body: ByteBuffer, _ facts: ConnectionFacts) async -> Response {
        let request = Request(head: head, body: RequestBody(buffer: body))
        let context = TransportContext(source: TransportContext.Source(facts: facts, body: body, logger: logger))
        do {
            return try await ConnectionFacts.$current.withValue(facts) { try await responder.respond(to: request, context: context) }
        } catch {
            logger.debug("a route failed", metadata: ["error": "\(error)"])
            return Response(status: .internalServerError)
        }
    }

    func head(of response: Response) -> HTTPResponseHead { HTTPResponseHead(response, date: dates.text()) }
}
