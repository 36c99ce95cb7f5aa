import NIOCore

/// What a connection does for one unit: sends, waits, and says how it went.
enum Step {
    case send([UInt8], isHead: Bool = false)
    /// Wait, then send.
    case pause(TimeAmount, [UInt8])
    /// The unit is over; nil is success, text is the kind of failure.
    case done(String?)
}

/// One unit of work, from its first request to its last reply. Confined to the event loop.
protocol Script: AnyObject {
    func start() -> Step
    func next(_ reply: Reply) -> Step
}

/// A unit of one request and one reply.
final class OneShot: Script {
    private let request: [UInt8]
    private let check: (Reply) -> String?

    /// - Parameter check: nil when the reply is what it should be, else the kind of failure.
    init(_ request: [UInt8], check: @escaping (Reply) -> String?) {
        self.request = request
        self.check = check
    }

    func start() -> Step { .send(request) }
    func next(_ reply: Reply) -> Step { .done(check(reply)) }
}
