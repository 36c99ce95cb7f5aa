import Foundation

/// What the operating system says of some processes, read from /proc.
struct ProcessFigures: Codable, Sendable {
    /// Nanoseconds of processor time, user and system.
    var cpu: UInt64 = 0
    var contextSwitches: UInt64 = 0
    /// Bytes that the processes gave to write calls, and those that went to storage.
    var bytesWritten: UInt64 = 0
    var bytesStored: UInt64 = 0
    /// KiB: largest so far, and now.
    var peakMemory: UInt64 = 0
    var memory: UInt64 = 0

    init(of processes: [Int]) {
        for process in processes { add(process) }
    }

    /// What happened between `earlier` and this; memory as it is now.
    func since(_ earlier: ProcessFigures) -> ProcessFigures {
        var result = self
        result.cpu = cpu &- earlier.cpu
        // Those of threads that have ended since are lost.
        result.contextSwitches = max(contextSwitches, earlier.contextSwitches) - earlier.contextSwitches
        result.bytesWritten = bytesWritten &- earlier.bytesWritten
        result.bytesStored = bytesStored &- earlier.bytesStored
        return result
    }

    private mutating func add(_ process: Int) {
        let root = "/proc/\(process)"
        // The process's own clock: it keeps the time of threads that have ended.
        var clock = clockid_t()
        var time = timespec()
        if clock_getcpuclockid(pid_t(process), &clock) == 0, clock_gettime(clock, &time) == 0 {
            cpu += UInt64(max(time.tv_sec, 0)) * 1_000_000_000 + UInt64(max(time.tv_nsec, 0))
        }
        for task in (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/task")) ?? [] {
            let status = Self.text("\(root)/task/\(task)/status")
            contextSwitches += Self.number("voluntary_ctxt_switches:", status) + Self.number("nonvoluntary_ctxt_switches:", status)
        }
        let io = Self.text("\(root)/io")
        bytesWritten += Self.number("wchar:", io)
        bytesStored += Self.number("write_bytes:", io)
        let status = Self.text("\(root)/status")
        peakMemory += Self.number("VmHWM:", status)
        memory += Self.number("VmRSS:", status)
    }

    private static func text(_ path: String) -> String {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    private static func number(_ label: String, _ text: String) -> UInt64 {
        for line in text.split(separator: "\n") where line.hasPrefix(label) {
            return line.dropFirst(label.count).split(whereSeparator: \.isWhitespace).first.flatMap { UInt64($0) } ?? 0
        }
        return 0
    }
}
