import Crypto
import EnrollmentCore
import Synchronization

/// The same bytes for the same participant in every run, and never the same for two.
final class ScriptedRandomness: Randomness {
    private let name: String
    private let draws = Mutex(0)

    init(_ name: String) { self.name = name }

    func reset() { draws.withLock { $0 = 0 } }

    func bytes(_ count: Int) -> [UInt8] {
        let draw = draws.withLock { draws in
            draws += 1
            return draws
        }
        var bytes: [UInt8] = []
        while bytes.count < count { bytes += Array(SHA256.hash(data: Array("\(name) \(draw) \(bytes.count)".utf8))) }
        return Array(bytes.prefix(count))
    }
}
