import HTTPTransport
import HTTPTypes
import Hummingbird

/// Turns away who knocks too often, before anything of the request is read: 503 with Retry-After, at an ACME endpoint its own error.
/// Certificates, CRLs and OCSP are not limited: relying parties share addresses, and these answers are cheap.
struct RateLimitMiddleware: RouterMiddleware {
    let limits: RateLimits

    func handle(
        _ request: Request, context: TransportContext, next: (Request, TransportContext) async throws -> Response
    ) async throws -> Response {
        let door = RequestDoor(path: request.path)
        guard door.isProtocol else { return try await next(request, context) }
        guard let wait = limits.wait(peer: context.peerAddress, endpoint: Self.endpoint(door, request.path)) else {
            return try await next(request, context)
        }
        let headers = HTTPFields().retryAfter(wait)
        guard door == .acme else { return .plain(.serviceUnavailable, "too many requests; try again later", headers: headers) }
        return Response(
            status: .tooManyRequests, contentType: "application/problem+json",
            text: #"{"type":"urn:ietf:params:acme:error:rateLimited","detail":"too many requests; try again later","status":429}"#,
            headers: headers)
    }

    /// Protocol and label as the path has them; whoever invents labels gets buckets that only limit himself.
    private static func endpoint(_ door: RequestDoor, _ path: String) -> String {
        let parts = path.split(separator: "/", maxSplits: 4).prefix(3).map { $0.prefix(60) }
        switch door {
        case .scep, .acme, .revocation: return "\(door) \(parts.dropFirst().first ?? "")"
        case .est: return "\(door) \(parts.count > 2 ? parts.last ?? "" : "")"
        case .wstep, .ocsp, .status, .other: return "\(door) \(parts.first ?? "")"
        }
    }
}

extension RateLimits {
    /// As configured, else wide enough for an MDM that sends a fleet through one address.
    init(_ limits: Configuration.Limits) {
        self.init(
            address: .init(perSecond: limits.addressRate ?? 100, burst: limits.addressBurst ?? 1000),
            endpoint: .init(perSecond: limits.endpointRate ?? 1000, burst: limits.endpointBurst ?? 5000),
            limitsLoopback: limits.limitLoopback ?? false)
    }
}
