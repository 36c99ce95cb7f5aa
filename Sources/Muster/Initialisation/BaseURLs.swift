import Foundation

/// The URLs by which clients reach the listeners: as given with `--base-url`, else made of the host name and the listener's port.
enum BaseURLs {
    /// - Parameter given: at most one `http` URL; the first `https` URL is that of ACME and Windows enrollment, a second that of EST.
    static func make(given: [String], hostname: String, listeners: Configuration.Listeners) throws -> Configuration.URLs {
        let urls = given.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
        let plain = urls.filter { $0.hasPrefix("http://") }
        let secure = urls.filter { $0.hasPrefix("https://") }
        guard plain.count + secure.count == urls.count, plain.count <= 1, secure.count <= 2 else {
            throw CommandFailure("--base-url takes one http:// URL and up to two https:// URLs (ACME and Windows enrollment, then EST)")
        }
        return Configuration.URLs(
            http: plain.first ?? url("http", hostname, listeners.http.port, standard: 80),
            https: secure.first ?? url("https", hostname, listeners.https.port, standard: 443),
            est: secure.dropFirst().first ?? url("https", hostname, listeners.est.port, standard: 443))
    }

    private static func url(_ scheme: String, _ hostname: String, _ port: Int, standard: Int) -> String {
        let host = hostname.contains(":") ? "[\(hostname)]" : hostname
        return "\(scheme)://\(host)" + (port == standard ? "" : ":\(port)")
    }
}
