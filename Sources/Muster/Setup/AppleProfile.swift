import Foundation
import PKIFormats

/// An Apple configuration profile with the root certificate and a SCEP payload.
enum AppleProfile {
    /// - Parameters:
    ///   - topmost: of the CA certificates that GetCACert gives: the device takes the answer only if that one is in it.
    ///   - name: the common name to ask for, with the MDM's variable where it replaces one.
    static func make(_ facts: SetupFacts, root: Certificate, topmost: Certificate, caName: String, name: String) throws -> String {
        let identifier = "muster.\(facts.endpoint).\(root.fingerprint(.sha256).prefix(4).hex)"
        let scep = SCEPContent(
            url: facts.url, name: caName, subject: [[["CN", name]]], challenge: facts.challenge ?? "",
            caFingerprint: Data(topmost.fingerprint(.sha1)))
        let profile = Payload(
            "Configuration", identifier, "\(caName): \(facts.endpoint)",
            .payloads([
                Payload("com.apple.security.root", "\(identifier).root", "Root of \(caName)", .certificate(Data(root.der))),
                Payload("com.apple.security.scep", "\(identifier).scep", "SCEP at \(facts.endpoint)", .scep(scep)),
            ]), scope: "System", removalDisallowed: false)
        // Not PropertyListSerialization, which in a statically linked Foundation knows no type of any value.
        let encoder = PropertyListEncoder()
        encoder.outputFormat = .xml
        return String(decoding: try encoder.encode(profile), as: UTF8.self)
    }

    /// The members that every payload has, and those of the outermost one.
    private struct Payload: Encodable {
        let type: String
        let version = 1
        let identifier: String
        let uuid = UUID().uuidString
        let displayName: String
        let content: Content
        let scope: String?
        let removalDisallowed: Bool?

        init(
            _ type: String, _ identifier: String, _ displayName: String, _ content: Content, scope: String? = nil,
            removalDisallowed: Bool? = nil
        ) {
            self.type = type
            self.identifier = identifier
            self.displayName = displayName
            self.content = content
            self.scope = scope
            self.removalDisallowed = removalDisallowed
        }

        enum CodingKeys: String, CodingKey {
            case type = "PayloadType"
            case version = "PayloadVersion"
            case identifier = "PayloadIdentifier"
            case uuid = "PayloadUUID"
            case displayName = "PayloadDisplayName"
            case content = "PayloadContent"
            case scope = "PayloadScope"
            case removalDisallowed = "PayloadRemovalDisallowed"
        }
    }

    private enum Content: Encodable {
        case certificate(Data)
        case scep(SCEPContent)
        case payloads([Payload])

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .certificate(let der): try container.encode(der)
            case .scep(let content): try container.encode(content)
            case .payloads(let payloads): try container.encode(payloads)
            }
        }
    }

    private struct SCEPContent: Encodable {
        let url: String
        let name: String
        let subject: [[[String]]]
        let challenge: String
        let keySize = 2048
        let keyType = "RSA"
        /// Signing and encryption.
        let keyUsage = 5
        let retries = 10
        /// Seconds.
        let retryDelay = 30
        /// SHA-1 or MD5: an Apple device compares no other.
        let caFingerprint: Data

        enum CodingKeys: String, CodingKey {
            case url = "URL"
            case name = "Name"
            case subject = "Subject"
            case challenge = "Challenge"
            case keySize = "Keysize"
            case keyType = "Key Type"
            case keyUsage = "Key Usage"
            case retries = "Retries"
            case retryDelay = "RetryDelay"
            case caFingerprint = "CAFingerprint"
        }
    }
}
