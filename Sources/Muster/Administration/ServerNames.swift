import Foundation
import HTTPTransport
import PKIFormats

/// The names by which TLS clients reach this server: the host name, the hosts of the URLs, and loopback where a listener is bound to it.
enum ServerNames {
    static func of(_ configuration: Configuration) -> [GeneralName] {
        let listeners = [configuration.listeners.https, configuration.listeners.est]
        var hosts = [configuration.hostname]
        hosts += [configuration.urls.https, configuration.urls.est].compactMap { URLComponents(string: $0)?.host }
        if listeners.contains(where: \.isLoopback) { hosts += ["localhost", "127.0.0.1"] }
        var names: [GeneralName] = []
        for host in hosts.map({ $0.trimmingCharacters(in: CharacterSet(charactersIn: "[]")) }) {
            let name = IPAddress(host).map { GeneralName.ip($0.bytes) } ?? .dns(host.lowercased())
            if !names.contains(name) { names.append(name) }
        }
        return names
    }
}
