import Foundation
import NIOCore

/// Where the requests go. Only the loopback: this program must not load anything else.
struct Destination: Sendable {
    let host: String
    let port: Int
    let path: String
    let isTLS: Bool

    init(_ text: String) throws {
        guard let parts = URLComponents(string: text), let scheme = parts.scheme, ["http", "https"].contains(scheme), let host = parts.host
        else { throw LoadFailure("\(text) is not an http or https URL") }
        guard host == "localhost" || host == "127.0.0.1" else { throw LoadFailure("\(host) is not this machine") }
        self.host = host
        isTLS = scheme == "https"
        port = parts.port ?? (isTLS ? 443 : 80)
        path = parts.percentEncodedPath.isEmpty ? "/" : parts.percentEncodedPath
    }

    var address: SocketAddress {
        get throws { try SocketAddress(ipAddress: "127.0.0.1", port: port) }
    }

    /// The bytes of one HTTP/1.1 request.
    func request(_ method: String, path: String? = nil, headers: [(String, String)] = [], body: [UInt8]? = nil) -> [UInt8] {
        var head = "\(method) \(path ?? self.path) HTTP/1.1\r\nHost: \(host):\(port)\r\nUser-Agent: muster-load\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        if let body { head += "Content-Length: \(body.count)\r\n" }
        return Array((head + "\r\n").utf8) + (body ?? [])
    }
}
