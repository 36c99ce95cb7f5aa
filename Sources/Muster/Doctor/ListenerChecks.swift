import Foundation

/// Whether the listeners accept connections.
struct ListenerChecks {
    private static let patience = timeval(tv_sec: 3, tv_usec: 0)

    let listeners: Configuration.Listeners

    func findings() -> [Finding] {
        [("HTTP", listeners.http), ("HTTPS", listeners.https), ("EST", listeners.est)].map { name, address in
            accepts(address)
                ? Finding(.fine, "the \(name) listener accepts connections at \(address)")
                : Finding(.problem, "nothing accepts connections at \(address) (\(name)): `muster serve`")
        }
    }

    private func accepts(_ address: HostAndPort) -> Bool {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        // A listener on every address answers on loopback.
        let host = ["0.0.0.0": "127.0.0.1", "::": "::1"][address.host] ?? address.host
        guard getaddrinfo(host, String(address.port), &hints, &found) == 0 else { return false }
        defer { freeaddrinfo(found) }
        var candidate = found
        while let info = candidate?.pointee {
            let descriptor = socket(info.ai_family, info.ai_socktype, info.ai_protocol)
            guard descriptor >= 0 else { return false }
            defer { close(descriptor) }
            var patience = Self.patience
            setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
            if connect(descriptor, info.ai_addr, info.ai_addrlen) == 0 { return true }
            candidate = info.ai_next
        }
        return false
    }
}
