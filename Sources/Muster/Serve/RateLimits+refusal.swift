import HTTPTransport
import HTTPTypes
import Hummingbird

extension RateLimits {
    /// As configured, else wide enough for an MDM that sends a fleet through one address.
    init(_ limits: Configuration.Limits) {
        self.init(
            address: .init(perSecond: limits.addressRate ?? 100, burst: limits.addressBurst ?? 1000),
            endpoint: .init(perSecond: limits.endpointRate ?? 1000, burst: limits.endpointBurst ?? 5000),
            limitsLoopback: limits.limitLoopback ?? false)
    }

    /// The answer to who knocks too often, before anything of the request is read: 503 with Retry-After, at an ACME endpoint its own error.
    /// Nil when the request may pass. Certificates, CRLs and OCSP are not limited: relying parties share addresses, and these answers are cheap.
    func refusal(at door: RequestDoor, path: String, peer: String?) -> Response? {
        guard let wait = wait(peer: peer, endpoint: Self.endpoint(door, path)) else { return nil }
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
