import Foundation
import HTTPTransport

/// A service that an endpoint asks whether a request may be served.
package struct Webhook: Sendable, Hashable {
    /// What is sealed at rest.
    package struct Secrets: Sendable, Hashable, Codable {
        /// The key of the HMAC over every body.
        package let signingKey: [UInt8]
        /// The whole value of the Authorization header, or nil.
        package let authorization: String?

        package init(signingKey: [UInt8], authorization: String? = nil) {
            self.signingKey = signingKey
            self.authorization = authorization
        }
    }

    package let endpoint: String
    package let url: URL
    package let format: WebhookFormat
    /// How the service knows us; the X-Smallstep-Webhook-ID of step-ca.
    package let identifier: String
    /// Whether it must hear of a certificate before the client gets it.
    package let notifies: Bool
    /// Whether it speaks for a directory: only then is a SID that it tells believed.
    package let tellsDirectory: Bool
    /// Whether it may run on this machine.
    package let allowsLoopback: Bool
    package let secrets: Secrets

    package init(
        endpoint: String, url: URL, format: WebhookFormat, identifier: String, notifies: Bool, tellsDirectory: Bool = false,
        allowsLoopback: Bool,
        secrets: Secrets
    ) {
        self.endpoint = endpoint
        self.url = url
        self.format = format
        self.identifier = identifier
        self.notifies = notifies
        self.tellsDirectory = tellsDirectory
        self.allowsLoopback = allowsLoopback
        self.secrets = secrets
    }

    /// An operator chose the URL, so an organisation's own networks are fine; the metadata services of clouds never are.
    var rules: AddressRules { allowsLoopback ? .lab : .private }
}
