/// When the uniform answer leaves: at the next multiple of a fixed time after its message came, so that nobody can tell by a watch how far
/// the reading of a message got (a padding, a request, a signature: some tens of microseconds apart; Benchmarks/scep_timing.py).
struct UniformAnswerClock {
    /// Longer than a private-key operation in a token takes.
    static let tick = Duration.milliseconds(20)

    private let start = ContinuousClock.now

    /// Waits for the next multiple; nothing is held meanwhile but the connection.
    func waitForTick() async {
        let ticks = ((ContinuousClock.now - start) / Self.tick).rounded(.up)
        // A connection that goes away meanwhile needs no answer.
        try? await Task.sleep(until: start + Self.tick * ticks, clock: .continuous)
    }
}
