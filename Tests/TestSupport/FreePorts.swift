import Foundation

/// TCP ports on the loopback address that nobody listens on.
package enum FreePorts {
    /// Ports below the range that the kernel gives to outgoing connections, so that none of those takes one in between.
    private static let range: ClosedRange<UInt16> = 20_000...32_000

    package static func take(_ count: Int) -> [Int] {
        var ports: [Int] = []
        while ports.count < count {
            let port = UInt16.random(in: range)
            if !ports.contains(Int(port)), isFree(port) { ports.append(Int(port)) }
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
