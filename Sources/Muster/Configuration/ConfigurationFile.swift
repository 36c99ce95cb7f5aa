import Foundation
import HTTPTransport
import Yams

/// Reads, checks and writes `muster.yaml`.
enum ConfigurationFile {
    private static let header = """
        # Muster: what this server listens on and where its things are. Endpoints, templates and credentials live in the database.
        # Relative paths are relative to this file. Own TLS certificates (read again when the file changes):
        #   tls: {https: {certificate: fullchain.pem, key: privkey.pem}, est: {certificate: fullchain.pem, key: privkey.pem}}


        """

    static func load(_ directory: DataDirectory) throws -> Configuration {
        let path = directory.configurationFile
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw CommandFailure(
                "there is no CA in \(directory.path): \(path) cannot be read; `muster init --dir \(directory.path)` makes one")
        }
        do {
            try refuseUnknownKeys(text)
            let configuration = try YAMLDecoder().decode(Configuration.self, from: text)
            try check(configuration)
            return configuration
        } catch let error as DecodingError {
            throw CommandFailure("\(path): \(describe(error))")
        } catch let error as CommandFailure {
            throw CommandFailure("\(path): \(error.message)")
        } catch {
            throw CommandFailure("\(path): \(error)")
        }
    }

    static func text(of configuration: Configuration) throws -> String { header + (try YAMLEncoder().encode(configuration)) }

    /// What a typing error could break later is refused at the start.
    static func check(_ configuration: Configuration) throws {
        guard !configuration.name.isEmpty, configuration.name.count <= 50 else { throw CommandFailure("name: 1 to 50 characters, please") }
        let hostname = configuration.hostname
        let isName = !hostname.isEmpty && hostname.utf8.count <= 253 && !hostname.contains { $0.isWhitespace || "/:@[]".contains($0) }
        guard isName || IPAddress(hostname) != nil else { throw CommandFailure("hostname: '\(hostname)' is not a host name") }
        let urls = configuration.urls
        for (name, url, schemes) in [("http", urls.http, ["http"]), ("https", urls.https, ["https"]), ("est", urls.est, ["https"])] {
            guard let parts = URLComponents(string: url), let scheme = parts.scheme, schemes.contains(scheme), parts.host?.isEmpty == false,
                parts.path.isEmpty, parts.query == nil
            else { throw CommandFailure("urls.\(name): '\(url)' is not \(schemes.joined(separator: " or "))://HOST[:PORT] without a path") }
        }
        let listeners = [configuration.listeners.http, configuration.listeners.https, configuration.listeners.est]
        guard Set(listeners).count == listeners.count else { throw CommandFailure("listeners: each needs an address of its own") }
        guard (1...65535).contains(configuration.acme.httpPort) else { throw CommandFailure("acme.httpPort: 1 to 65535") }
        guard (1...(16 << 20)).contains(configuration.limits.requestBody), configuration.limits.connections > 0 else {
            throw CommandFailure("limits: requestBody up to 16 MiB, connections above 0")
        }
        let retention = configuration.retention
        for (name, days) in [
            ("rawRequestDays", retention.rawRequestDays), ("transactionDays", retention.transactionDays),
            ("expiredCertificateDays", retention.expiredCertificateDays), ("auditDays", retention.auditDays),
        ] where !(1...36_500).contains(days ?? 1) {
            throw CommandFailure("retention.\(name): 1 to 36500 days")
        }
        guard (1...168).contains(configuration.crl.everyHours) else { throw CommandFailure("crl.everyHours: 1 to 168") }
        guard (1...256).contains(configuration.crl.shards ?? 1) else { throw CommandFailure("crl.shards: 1 to 256") }
        guard (1...1440).contains(configuration.crl.deltaMinutes ?? 60) else { throw CommandFailure("crl.deltaMinutes: 1 to 1440") }
        try check(configuration.alerts)
        for network in configuration.metrics?.from ?? [] where IPNetwork(network) == nil {
            throw CommandFailure("metrics.from: '\(network)' is no network, such as 10.0.0.0/8 or ::1")
        }
    }

    private static func check(_ alerts: Configuration.Alerts?) throws {
        guard let alerts else { return }
        guard (alerts.days ?? []).count <= 10, (alerts.days ?? []).allSatisfy((1...3650).contains) else {
            throw CommandFailure("alerts.days: up to ten numbers from 1 to 3650")
        }
        guard let webhook = alerts.webhook else { return }
        guard let parts = URLComponents(string: webhook), ["http", "https"].contains(parts.scheme ?? ""), parts.host?.isEmpty == false,
            parts.user == nil
        else { throw CommandFailure("alerts.webhook: '\(webhook)' is no http or https URL") }
        guard alerts.secretFile != nil else { throw CommandFailure("alerts.secretFile: the webhook's messages are signed with a secret") }
    }

    /// A key that is misspelt would otherwise be a default, silently.
    private static func refuseUnknownKeys(_ text: String) throws {
        let known = Set(Configuration.CodingKeys.allCases.map(\.stringValue))
        let found = try Yams.compose(yaml: text)?.mapping?.keys.compactMap(\.string) ?? []
        guard let unknown = found.first(where: { !known.contains($0) }) else { return }
        throw CommandFailure("there is no setting '\(unknown)'; there are \(known.sorted().joined(separator: ", "))")
    }

    static func describe(_ error: DecodingError) -> String {
        switch error {
        case .keyNotFound(let key, let context): "\(path(context.codingPath + [key])) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            "\(path(context.codingPath)): \(context.debugDescription)"
        @unknown default: "\(error)"
        }
    }

    /// `policy.rules[0].name`
    private static func path(_ keys: [any CodingKey]) -> String {
        keys.reduce(into: "") { path, key in
            path += key.intValue.map { "[\($0)]" } ?? (path.isEmpty ? "" : ".") + key.stringValue
        }
    }
}
