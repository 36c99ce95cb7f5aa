import Foundation
import Synchronization

/// The `Date` field of responses: put together once a second, whoever asks.
final class DateField: Sendable {
    private let kept = Mutex<(second: Int, text: String)>((.min, ""))

    /// The field's value at a time in whole seconds since 1970; the default is now.
    func text(at second: Int = time(nil)) -> String {
        kept.withLock { kept in
            if kept.second != second {
                kept = (second, Date(timeIntervalSince1970: TimeInterval(second)).httpText)
            }
            return kept.text
        }
    }
}
