import BenchmarkClocks
import Glibc

/// A 4 KiB write that is on the disk when it returns, in the directory where the program was started.
enum DurableWrite {
    static func cost(seconds: Double) throws -> Cost {
        let name = ".floor-\(getpid())"
        let file = open(name, O_RDWR | O_CREAT | O_EXCL, 0o600)
        try FloorFailure.check(file >= 0, "file")
        defer {
            close(file)
            unlink(name)
        }
        let block = [UInt8](repeating: 7, count: 4096)
        for index in 0..<256 { try FloorFailure.check(pwrite(file, block, 4096, off_t(index) * 4096) == 4096, "write") }
        fsync(file)
        var index = 0
        let (cpu, wall) = (Clock.thread(), Clock.wall())
        while Clock.wall() - wall < max(seconds, 0.4) * 1e6 {
            try FloorFailure.check(pwrite(file, block, 4096, off_t(index % 256) * 4096) == 4096 && fdatasync(file) == 0, "write")
            index += 1
        }
        return Cost(cpu: (Clock.thread() - cpu) / Double(index), wall: (Clock.wall() - wall) / Double(index), repetitions: index)
    }
}
