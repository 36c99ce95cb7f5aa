/// A case: the units, and what a connection needs before it can do any.
protocol Workload: Sendable {
    /// How many units were prepared, warm-up included; the driver never asks for more.
    var count: Int { get }
    /// The unit for the connection `lane`; each index is asked for once.
    func script(_ index: Int, lane: Int) -> any Script
    /// Runs once on each connection before anything is measured.
    func prelude(lane: Int) -> (any Script)?
}

extension Workload {
    func prelude(lane: Int) -> (any Script)? { nil }
}

/// Prepared requests and one check for all replies.
struct PreparedWorkload: Workload {
    let requests: [[UInt8]]
    /// How often each request may be sent; more than once only where the server does the same work again.
    var repeats = 1
    let check: @Sendable (Reply) -> String?

    var count: Int { requests.count * repeats }

    func script(_ index: Int, lane: Int) -> any Script { OneShot(requests[index % requests.count], check: check) }
}
