import EnrollmentCore
import HTTPTransport
import HTTPTypes
import Hummingbird

/// What every request passes on its way to a door: it is counted by door and status; who knocks too often at a protocol's door is turned
/// away, and what that door answers is told to the trail.
struct Reception: RouterMiddleware {
    let counter: RequestCounter
    let limits: RateLimits
    let replies: ReplyLog

    func handle(
        _ request: Request, context: TransportContext, next: (Request, TransportContext) async throws -> Response
    ) async throws -> Response {
        let path = request.path
        let door = RequestDoor(path: path)
        var status = HTTPResponse.Status.internalServerError
        defer { counter.count(RequestCounter.Key(door: door, status: status.code)) }
        let response: Response
        if !door.isProtocol {
            response = try await next(request, context)
        } else if let refusal = limits.refusal(at: door, path: path, peer: context.peerAddress) {
            response = refusal
        } else {
            let exchange = Exchange()
            let began = ContinuousClock.now
            do {
                response = try await Exchange.$current.withValue(exchange) { try await next(request, context) }
            } catch {
                note(Response(status: status), since: began, exchange)
                throw error
            }
            note(response, since: began, exchange)
        }
        status = response.status
        return response
    }

    private func note(_ response: Response, since began: ContinuousClock.Instant, _ exchange: Exchange) {
        let spent = (ContinuousClock.now - began).components
        let microseconds = spent.seconds * 1_000_000 + spent.attoseconds / 1_000_000_000_000
        let reply = ReplyLog.Reply(
            status: response.status.code, contentType: response.headers.value(of: .contentType), bytes: response.body.contentLength,
            microseconds: microseconds)
        replies.add(reply, to: exchange)
    }
}
