import Foundation
import Synchronization

/// TCP ports on the loopback address that nobody listens on. Each is given once, for a server may bind it seconds later.
package enum FreePorts {
    /// Ports below the range that the kernel gives to outgoing connections. Each process begins elsewhere, so that two test runs on one
    /// machine seldom meet.
    private static let range = 20_000..<32_000
    private static let next = Mutex(Int(getpid()) % 60 * 200)

    package static func take(_ count: Int) -> [Int] {
        var ports: [Int] = []
        while ports.count < count {
            let port = next.withLock { offset in
                defer { offset = (offset + 1) % range.count }
                return range.lowerBound + offset
            }
            if isFree(UInt16(port)) { ports.append(port) }
        }
        return ports
    }

    package static func take() -> Int {
        take(1).first ?? 0
    }

    /// Bound once without SO_REUSEADDR and closed again: a port that a closing connection still holds does not count as free.
    private static func isFree(_ port: UInt16) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
