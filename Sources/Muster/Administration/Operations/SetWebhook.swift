import Connectors
import EnrollmentCore
import Foundation
import HTTPTransport

/// Lets a service outside judge the challenges of an endpoint, in place of the challenges made here.
struct SetWebhook: AdminOperation {
    static let needsKeys = true

    struct Reply: Codable, Sendable {
        let endpoint: String
        let identifier: String
        /// Base64: the key of the signature over every body. Shown once.
        let secret: String
    }

    let endpoint: String
    let url: String
    let format: WebhookFormat
    let identifier: String?
    let notifies: Bool
    let tellsDirectory: Bool
    let allowsLoopback: Bool
    /// Base64; nil makes one.
    let secret: String?
    let authorization: String?

    func perform(in administration: Administration) async throws -> Reply {
        guard try administration.reachableEndpoint(endpoint).protocolName == .scep else {
            throw CommandFailure("a webhook judges SCEP challenges: \(endpoint) is of another protocol")
        }
        guard let address = URL(string: url), let scheme = address.scheme?.lowercased(), address.host() != nil, address.user() == nil,
            scheme == "https" || (scheme == "http" && allowsLoopback), url.utf8.count <= 2000
        else { throw CommandFailure("'\(url)' is no https URL without credentials; plain http needs --allow-loopback") }
        guard let key = secret.map({ Data(base64Encoded: $0) }) ?? Data(administration.core.surroundings.randomness.bytes(32)),
            key.count >= 16
        else { throw CommandFailure("the secret must be base64 of 16 bytes or more") }
        let name = identifier ?? UUID().uuidString.lowercased()
        guard (1...100).contains(name.utf8.count), Self.isHeaderText(name), authorization.map(Self.isHeaderText) ?? true else {
            throw CommandFailure("an id, and an authorization, are printable ASCII")
        }
        try await administration.webhooks.set(
            Webhook(
                endpoint: endpoint, url: address, format: format, identifier: name, notifies: notifies, tellsDirectory: tellsDirectory,
                allowsLoopback: allowsLoopback,
                secrets: .init(signingKey: Array(key), authorization: authorization)))
        try await administration.core.catalog.substitute(.webhook, for: .challenge, endpoint: endpoint)
        return Reply(endpoint: endpoint, identifier: name, secret: key.base64EncodedString())
    }

    private static func isHeaderText(_ text: String) -> Bool {
        text.utf8.allSatisfy { (0x20...0x7e).contains($0) } && text.utf8.count <= 4096
    }
}
