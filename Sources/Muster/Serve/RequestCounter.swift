import HTTPTransport
import Hummingbird
import Synchronization

/// Counts HTTP requests by protocol and status.
final class RequestCounter: Sendable {
    struct Key: Hashable, Sendable {
        let door: RequestDoor
        let status: Int
    }

    private let counts = Mutex<[Key: Int]>([:])

    func count(_ key: Key) { counts.withLock { $0[key, default: 0] += 1 } }

    /// Sorted by protocol and status.
    var snapshot: [(key: Key, count: Int)] {
        counts.withLock { $0 }.map { ($0.key, $0.value) }.sorted {
            ($0.key.door.rawValue, $0.key.status) < ($1.key.door.rawValue, $1.key.status)
        }
    }
}

/// Puts the counter in front of a listener's routes.
struct CountingMiddleware: RouterMiddleware {
    let counter: RequestCounter

    func handle(
        _ request: Request, context: TransportContext, next: (Request, TransportContext) async throws -> Response
    ) async throws -> Response {
        let door = RequestDoor(path: request.path)
        do {
            let response = try await next(request, context)
            counter.count(RequestCounter.Key(door: door, status: response.status.code))
            return response
        } catch {
            counter.count(RequestCounter.Key(door: door, status: (error as? any HTTPResponseError)?.status.code ?? 500))
            throw error
        }
    }
}
