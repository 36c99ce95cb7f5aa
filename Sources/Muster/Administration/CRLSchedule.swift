import Foundation

/// When CRLs are made and how long they are good for, in seconds.
struct CRLSchedule: Sendable {
    /// The root signs seldom, by hand: `muster crl publish --root`.
    static let rootLifetime: TimeInterval = 360 * 86_400

    let interval: TimeInterval

    init(_ configuration: Configuration) { interval = Double(configuration.crl.everyHours) * 3600 }

    /// A list outlives three missed publications.
    var lifetime: TimeInterval { 4 * interval }
}
