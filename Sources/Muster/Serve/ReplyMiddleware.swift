import EnrollmentCore
import HTTPTransport
import HTTPTypes
import Hummingbird

/// Tells the trail what was answered, whatever the protocol.
struct ReplyMiddleware: RouterMiddleware {
    let replies: ReplyLog

    func handle(
        _ request: Request, context: TransportContext, next: (Request, TransportContext) async throws -> Response
    ) async throws -> Response {
        guard RequestDoor(path: request.path).isProtocol else { return try await next(request, context) }
        let exchange = Exchange()
        let began = ContinuousClock.now
        do {
            let response = try await Exchange.$current.withValue(exchange) { try await next(request, context) }
            note(response.status.code, response.headers.value(of: .contentType), response.body.contentLength, exchange, began)
            return response
        } catch {
            note((error as? any HTTPResponseError)?.status.code ?? 500, nil, nil, exchange, began)
            throw error
        }
    }

    private func note(_ status: Int, _ contentType: String?, _ bytes: Int?, _ exchange: Exchange, _ began: ContinuousClock.Instant) {
        let spent = (ContinuousClock.now - began).components
        let microseconds = spent.seconds * 1_000_000 + spent.attoseconds / 1_000_000_000_000
        replies.add(ReplyLog.Reply(status: status, contentType: contentType, bytes: bytes, microseconds: microseconds), to: exchange)
    }
}
