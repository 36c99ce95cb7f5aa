import EnrollmentCore
import Foundation
import Synchronization

/// How long what the CA needs still lasts, and how many certificates end soon; counted at most once a minute.
final class ExpiryMetrics: Sendable {
    private static let spans: [(name: String, days: Double)] = [("1d", 1), ("7d", 7), ("30d", 30)]
    private static let freshness: TimeInterval = 60

    private let services: EnrollmentServices
    private let kept = Mutex<(at: Date, lines: [String])?>(nil)

    init(_ services: EnrollmentServices) { self.services = services }

    /// Lines of Prometheus' text format.
    func lines() async throws -> [String] {
        let now = services.surroundings.now
        if let kept = kept.withLock({ $0 }), abs(now.timeIntervalSince(kept.at)) < Self.freshness { return kept.lines }
        var lines = [
            "# HELP muster_expiry_days Days until the CA's own certificates and lists end; below 0 they have.",
            "# TYPE muster_expiry_days gauge",
        ]
        lines += try await services.expiry.own().map { thing in
            let days = (thing.ends.timeIntervalSince(now) / 864).rounded() / 100
            return
                "muster_expiry_days{kind=\"\(thing.kind.rawValue)\",name=\"\(MetricsRoutes.escaped(thing.name))\",id=\"\(MetricsRoutes.escaped(thing.identifier))\"} \(days)"
        }
        lines += [
            "# HELP muster_certificates_expiring Certificates of clients that end soon, neither revoked nor renewed.",
            "# TYPE muster_certificates_expiring gauge",
        ]
        for span in Self.spans {
            let count = try await services.expiry.count(now...now.addingTimeInterval(span.days * 86_400))
            lines.append("muster_certificates_expiring{within=\"\(span.name)\"} \(count)")
        }
        kept.withLock { [lines] in $0 = (now, lines) }
        return lines
    }
}
