import Foundation
import NIOPosix

/// Every address of a host, by the system's resolver on NIO's bounded thread pool.
enum HostResolver {
    /// Gives up as soon as the task is cancelled, though the system's look-up goes on in its thread.
    /// - Returns: distinct addresses in the resolver's order; at least one.
    static func addresses(of host: String) async throws(OutgoingFailure) -> [IPAddress] {
        let (stream, continuation) = AsyncStream.makeStream(of: [IPAddress].self)
        NIOThreadPool.singleton.submit { _ in
            continuation.yield(lookUp(host))
            continuation.finish()
        }
        for await found in stream where !found.isEmpty { return found }
        throw .unresolvable(host: host)
    }

    private static func lookUp(_ host: String) -> [IPAddress] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var head: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &head) == 0 else { return [] }
        defer { freeaddrinfo(head) }
        var found: [IPAddress] = []
        var next = head
        while let entry = next {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            if getnameinfo(entry.pointee.ai_addr, entry.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0 {
                let numeric = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
                if let address = IPAddress(numeric), !found.contains(address) { found.append(address) }
            }
            next = entry.pointee.ai_next
        }
        return found
    }
}
