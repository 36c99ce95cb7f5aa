import ArgumentParser
import HTTPTransport

/// Where a listener binds, as written on the command line and in `muster.yaml`: `127.0.0.1:8080` or `[::1]:8080`.
struct HostAndPort: Hashable, Sendable, CustomStringConvertible {
    let host: String
    let port: Int

    init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Nil unless a host and a port from 1 to 65535 stand there.
    init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]), port > 0 else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty else { return nil }
        self.host = String(host)
        self.port = Int(port)
    }

    var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    var address: ListenAddress { ListenAddress(host, port) }

    /// Whether only this machine reaches it.
    var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }
}

extension HostAndPort: ExpressibleByArgument {
    init?(argument: String) { self.init(argument) }
}

extension HostAndPort: Codable {
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = HostAndPort(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is not HOST:PORT")
        }
        self = value
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
