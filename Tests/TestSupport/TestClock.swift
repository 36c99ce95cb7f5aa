import EnrollmentCore
import Foundation
import Synchronization

/// A clock that stands still until it is told to move.
package final class TestClock: WallClock {
    private let instant: Mutex<Date>

    /// Starts at the given instant; by default at the present whole second, so that other programs agree about validity.
    package init(_ start: Date = Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded(.down))) { instant = Mutex(start) }

    package var now: Date { instant.withLock { $0 } }

    package func advance(by seconds: TimeInterval) { instant.withLock { $0 = $0.addingTimeInterval(seconds) } }
}
