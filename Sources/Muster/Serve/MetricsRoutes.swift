import Foundation
import HTTPTransport
import Hummingbird

/// `/metrics`: Prometheus' text format, version 0.0.4.
struct MetricsRoutes: Sendable {
    let requests: RequestCounter
    let transactions: TransactionCounter
    let startedAt: Date

    func register(on router: Router<TransportContext>) {
        router.get("/metrics") { _, _ in
            Response(
                status: .ok, contentType: "text/plain; version=0.0.4; charset=utf-8", text: try await text(),
                headers: [.cacheControl: "no-store"])
        }
    }

    private func text() async throws -> String {
        var lines = [
            "# HELP muster_start_time_seconds When the server started, in seconds since 1970.", "# TYPE muster_start_time_seconds gauge",
            "muster_start_time_seconds \(Int(startedAt.timeIntervalSince1970))",
            "# HELP muster_http_requests_total HTTP requests by protocol and status.", "# TYPE muster_http_requests_total counter",
        ]
        lines += requests.snapshot.map { key, count in
            "muster_http_requests_total{protocol=\"\(key.protocolName)\",status=\"\(key.status)\"} \(count)"
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
        return lines.joined(separator: "\n") + "\n"
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
