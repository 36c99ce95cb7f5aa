/// Lets one task in at a time, in no order; the tests that need the http-01 port take turns.
actor Turn {
    private var taken = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    @discardableResult
    func hold<T: Sendable>(_ body: @Sendable () async throws -> T) async throws -> T {
        if taken { await withCheckedContinuation { waiting.append($0) } }
        taken = true
        defer {
            if waiting.isEmpty { taken = false } else { waiting.removeFirst().resume() }
        }
        return try await body()
    }
}

/// The one port on which a lab server looks for answers to http-01.
let http01Port = Turn()
