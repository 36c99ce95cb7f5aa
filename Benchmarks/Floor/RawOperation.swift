/// An operation that a floor is made of, ready to be done.
struct RawOperation {
    let name: String
    /// What it costs, measured for so many seconds in so many series, of which the best counts.
    let cost: (_ seconds: Double, _ series: Int) throws -> Cost
}

extension RawOperation {
    init(_ name: String, _ work: @escaping () throws -> Void) {
        self.init(name: name) { try Cost.of(work, seconds: $0, series: $1) }
    }

    static func all() throws -> [RawOperation] {
        let (handshake, mutual) = (try TLSHandshake(isMutual: false), try TLSHandshake(isMutual: true))
        return try RSAKey.operations("rsa2048", bits: 2048) + RSAKey.operations("rsa3072", bits: 3072) + curves() + [
            RawOperation(name: "tls.handshake", cost: handshake.serverCost), RawOperation(name: "tls.mutualHandshake", cost: mutual.serverCost),
            RawOperation(name: "write4k.durable") { seconds, _ in try DurableWrite.cost(seconds: seconds) },
        ]
    }
}
