import Foundation

/// When lists are made and how long they are good for, in seconds.
package struct ListSchedule: Sendable {
    /// From one complete list to the next; at most half the lifetime, so that lists overlap.
    package let interval: TimeInterval
    /// From thisUpdate to nextUpdate.
    package let lifetime: TimeInterval
    /// From one delta to the next, where the layout has them.
    package let deltaInterval: TimeInterval

    package init(interval: TimeInterval, lifetime: TimeInterval, deltaInterval: TimeInterval = 3600) {
        self.interval = min(interval, lifetime / 2)
        self.lifetime = lifetime
        self.deltaInterval = deltaInterval
    }

    /// A delta outlives one missed publication.
    var deltaLifetime: TimeInterval { 2 * deltaInterval }
}
