import HTTPTransport
import Hummingbird
import Synchronization

/// Counts HTTP requests by protocol and status.
final class RequestCounter: Sendable {
    struct Key: Hashable, Sendable {
        let protocolName: String
        let status: Int
    }

    private let counts = Mutex<[Key: Int]>([:])

    func count(_ key: Key) { counts.withLock { $0[key, default: 0] += 1 } }

    /// Sorted by protocol and status.
    var snapshot: [(key: Key, count: Int)] {
        counts.withLock { $0 }.map { ($0.key, $0.value) }.sorted {
            ($0.key.protocolName, $0.key.status) < ($1.key.protocolName, $1.key.status)
        }
    }

    /// The protocol that a path belongs to: a closed set, so that no client can invent a label.
    static func protocolName(path: String) -> String {
        if path.hasPrefix("/scep/") || path.hasPrefix("/cgi-bin/") || path.hasPrefix("/certsrv/") { return "scep" }
        if path.contains("/.well-known/est") { return "est" }
        if path.hasPrefix("/acme/") { return "acme" }
        if path.contains("/service.svc") { return "wstep" }
        if path.hasPrefix("/revocation/") { return "revocation" }
        if path.hasPrefix("/ocsp") { return "ocsp" }
        return path.hasPrefix("/crl/") || path.hasPrefix("/ca/") || path == "/relying-party.pem" ? "status" : "other"
    }
}

/// Puts the counter in front of a listener's routes.
struct CountingMiddleware: RouterMiddleware {
    let counter: RequestCounter

    func handle(
        _ request: Request, context: TransportContext, next: (Request, TransportContext) async throws -> Response
    ) async throws -> Response {
        let name = RequestCounter.protocolName(path: request.uri.path)
        do {
            let response = try await next(request, context)
            counter.count(RequestCounter.Key(protocolName: name, status: response.status.code))
            return response
        } catch {
            counter.count(RequestCounter.Key(protocolName: name, status: (error as? any HTTPResponseError)?.status.code ?? 500))
            throw error
        }
    }
}
