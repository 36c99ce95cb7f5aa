import Hummingbird

/// Where a listener binds: a TCP host and port (port 0: any free one) or the path of a Unix domain socket.
package enum ListenAddress: Sendable, Hashable, CustomStringConvertible {
    case tcp(host: String, port: Int)
    case unix(path: String)

    package init(_ host: String, _ port: Int) { self = .tcp(host: host, port: port) }

    package init(unixSocket path: String) { self = .unix(path: path) }

    package var description: String {
        switch self {
        case .tcp(let host, let port): "\(host.asURLHost):\(port)"
        case .unix(let path): path
        }
    }

    var isNetwork: Bool { if case .tcp = self { true } else { false } }

    var bindAddress: BindAddress {
        switch self {
        case .tcp(let host, let port): .hostname(host, port: port)
        case .unix(let path): .unixDomainSocket(path: path)
        }
    }
}

extension String {
    /// A host as a URL has it: an IPv6 address in brackets.
    var asURLHost: String { utf8.contains(UInt8(ascii: ":")) ? "[\(self)]" : self }
}
