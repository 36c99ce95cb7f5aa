import EnrollmentCore
import Foundation

/// When CRLs are made and how long they are good for, in seconds, and which there are.
struct CRLSchedule: Sendable {
    /// The root signs seldom, by hand: `muster crl publish --root`.
    static let rootLifetime: TimeInterval = 360 * 86_400
    /// Where deltas are not wanted, a change of mind about that still needs an interval.
    private static let deltaInterval = 60

    private let crl: Configuration.CRL

    init(_ configuration: Configuration) { crl = configuration.crl }

    var interval: TimeInterval { Double(crl.everyHours) * 3600 }

    /// A list outlives three missed publications.
    var lifetime: TimeInterval { 4 * interval }

    var schedule: ListSchedule {
        ListSchedule(interval: interval, lifetime: lifetime, deltaInterval: Double(crl.deltaMinutes ?? Self.deltaInterval) * 60)
    }

    /// What the issuing CA publishes.
    var layout: ListLayout { ListLayout(shards: crl.shards ?? 1, hasDeltas: crl.deltaMinutes != nil) }
}
