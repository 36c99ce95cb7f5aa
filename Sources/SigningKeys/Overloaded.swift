/// More work waits than may wait; the caller should come back.
package struct Overloaded: Error, Sendable, Equatable {
    package let retryAfter: Duration

    package init(retryAfter: Duration) {
        self.retryAfter = retryAfter
    }
}
