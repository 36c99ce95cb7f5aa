import Glibc

/// Processor time in microseconds.
enum ProcessTime {
    /// Of all threads of this process.
    static func cpu() -> Double { read(CLOCK_PROCESS_CPUTIME_ID) }

    /// Of the thread that asks.
    static func cpuOfThread() -> Double { read(CLOCK_THREAD_CPUTIME_ID) }

    private static func read(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1000
    }
}
