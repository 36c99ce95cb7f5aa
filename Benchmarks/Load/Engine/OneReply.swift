import NIOPosix

/// One request outside of any measurement.
enum OneReply {
    private final class Keeper: Script, @unchecked Sendable {  // written and read on one event loop, then no more
        let request: [UInt8]
        var reply: Reply?

        init(_ request: [UInt8]) { self.request = request }
        func start() -> Step { .send(request) }
        func next(_ reply: Reply) -> Step {
            self.reply = reply
            return .done(nil)
        }
    }

    private struct Single: Workload {
        let keeper: Keeper
        let count = 2
        func script(_ index: Int, lane: Int) -> any Script { index == 0 ? keeper : OneShot(keeper.request) { _ in nil } }
    }

    /// Sends the request, twice in truth: once to warm up.
    static func get(_ request: [UInt8], at destination: Destination) async throws -> Reply {
        let keeper = Keeper(request)
        let options = try LoadOptions.parse(["-n", "1", "-c", "1"])
        _ = try await Driver.run(Single(keeper: keeper), at: destination, tls: ClientTLS.context(for: destination), options: options)
        guard let reply = keeper.reply else { throw LoadFailure("there was no reply") }
        return reply
    }
}
