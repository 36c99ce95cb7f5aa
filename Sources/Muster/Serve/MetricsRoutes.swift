import Foundation
import HTTPTransport
import Hummingbird

/// `/metrics`: Prometheus' text format, version 0.0.4.
struct MetricsRoutes: Sendable {
    let requests: RequestCounter
    let transactions: TransactionCounter
    let expiry: ExpiryMetrics
    let startedAt: Date
    /// Who may read them over the network.
    let networks: [IPNetwork]

    static let thisMachine = ["127.0.0.0/8", "::1"]

    func register(on router: Router<TransportContext>) {
        router.get("/metrics") { _, context -> Response in
            guard isAllowed(context) else {
                return Response.plain(
                    .forbidden, "metrics are not for this address: `metrics: from` in muster.yaml names those that may read them")
            }
            return Response(
                status: .ok, contentType: "text/plain; version=0.0.4; charset=utf-8", text: try await text(),
                headers: [.cacheControl: "no-store"])
        }
    }

    /// The Unix socket, which has no address, is the operator's own.
    private func isAllowed(_ context: TransportContext) -> Bool {
        guard let peer = context.peerAddress else { return context.peerUserID != nil }
        guard let address = IPAddress(peer) else { return false }
        return networks.contains { $0.contains(address) }
    }

    private func text() async throws -> String {
        var lines = [
            "# HELP muster_start_time_seconds When the server started, in seconds since 1970.", "# TYPE muster_start_time_seconds gauge",
            "muster_start_time_seconds \(Int(startedAt.timeIntervalSince1970))",
            "# HELP muster_http_requests_total HTTP requests by protocol and status.", "# TYPE muster_http_requests_total counter",
        ]
        lines += requests.snapshot.map { key, count in
            "muster_http_requests_total{protocol=\"\(key.door.rawValue)\",status=\"\(key.status)\"} \(count)"
        }
        let counts = try await transactions.counts()
        lines += [
            "# HELP muster_transactions_total Enrollments, revocations and refusals by endpoint and outcome, a minute after they began.",
            "# TYPE muster_transactions_total counter",
        ]
        lines += counts.map { key, count in
            "muster_transactions_total{endpoint=\"\(Self.escaped(key.endpoint))\",outcome=\"\(Self.escaped(key.outcome))\"} \(count)"
        }
        lines += [
            "# HELP muster_certificates_issued_total Certificates issued since the server started, counted the same way.",
            "# TYPE muster_certificates_issued_total counter",
            "muster_certificates_issued_total \(counts.filter { $0.key.outcome == "released" }.map(\.count).reduce(0, +))",
        ]
        lines += try await expiry.lines()
        return lines.joined(separator: "\n") + "\n"
    }

    static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
