import Glibc

/// The clocks of the benchmarks, in microseconds.
package enum Clock {
    /// Processor time of all threads of this process.
    package static func process() -> Double { read(CLOCK_PROCESS_CPUTIME_ID) }

    /// Processor time of the thread that asks.
    package static func thread() -> Double { read(CLOCK_THREAD_CPUTIME_ID) }

    package static func wall() -> Double { read(CLOCK_MONOTONIC) }

    private static func read(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1000
    }
}
