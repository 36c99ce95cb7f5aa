import Foundation

/// Linux's scheduling policy for work that nobody sits in front of (sched(7), SCHED_BATCH).
enum BatchScheduling {
    // As in linux/sched.h; glibc shows the second to C alone.
    private static let other: Int32 = 0
    private static let batch: Int32 = 3

    /// A thread that wakes no longer interrupts one that works: a request passes through a handful of threads, and each interruption costs the
    /// other's caches. Threads that are made later inherit it; a policy that the operator chose stays.
    static func adopt() {
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
        for thread in threads.compactMap({ pid_t($0) }) where sched_getscheduler(thread) == other {
            var parameters = sched_param()
            _ = sched_setscheduler(thread, batch, &parameters)
        }
    }
}
