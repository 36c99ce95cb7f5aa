import Glibc

/// The processor time of this thread, and the clock.
enum Stopwatch {
    static func cpu() -> Double { time(CLOCK_THREAD_CPUTIME_ID) }
    static func wall() -> Double { time(CLOCK_MONOTONIC) }

    private static func time(_ clock: clockid_t) -> Double {
        var value = timespec()
        clock_gettime(clock, &value)
        return Double(value.tv_sec) * 1e6 + Double(value.tv_nsec) / 1000
    }

    /// The best of five series, which is the one that neighbours on the machine disturbed least.
    static func cost(of work: () throws -> Void, seconds: Double) throws -> Cost {
        try work()
        var best = Cost(cpu: .infinity, wall: .infinity, repetitions: 0)
        for _ in 0..<5 {
            let (startCPU, startWall) = (cpu(), wall())
            var count = 0
            while cpu() - startCPU < seconds * 1e6 / 5, wall() - startWall < seconds * 4e6 {
                for _ in 0..<4 { try work() }
                count += 4
            }
            let found = Cost(cpu: (cpu() - startCPU) / Double(count), wall: (wall() - startWall) / Double(count), repetitions: count)
            if found.cpu < best.cpu { best = found }
        }
        return best
    }
}
