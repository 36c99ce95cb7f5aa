import Foundation

/// The pages of the executable that this process has touched. The start touches most of it, the service less than a third.
enum ExecutablePages {
    /// Lets go of those that hold code or constants. They stay in the kernel's cache, and come back when they are used; nobody ever wrote to them.
    static func letGo() {
        guard let maps = try? String(contentsOfFile: "/proc/self/maps", encoding: .utf8),
            let executable = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        else { return }
        for line in maps.split(separator: "\n") where line.hasSuffix(executable) {
            let fields = line.split(separator: " ", maxSplits: 2)
            let bounds = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
            // What the loader filled in with addresses can be read only, too, but does not come first in the file.
            guard fields.count == 3, fields[1] == "r-xp" || fields[1] == "r--p" && fields[2].hasPrefix("00000000 "), bounds.count == 2,
                bounds[0] < bounds[1]
            else { continue }
            _ = madvise(UnsafeMutableRawPointer(bitPattern: bounds[0]), Int(bounds[1] - bounds[0]), MADV_DONTNEED)
        }
    }
}
