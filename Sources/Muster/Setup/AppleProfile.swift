import Foundation
import PKIFormats

/// An Apple configuration profile with the root certificate and a SCEP payload.
enum AppleProfile {
    /// - Parameters:
    ///   - topmost: of the CA certificates that GetCACert gives: the device takes the answer only if that one is in it.
    ///   - name: the common name to ask for, with the MDM's variable where it replaces one.
    static func make(_ facts: SetupFacts, root: Certificate, topmost: Certificate, caName: String, name: String) throws -> String {
        let identifier = "muster.\(facts.endpoint).\(root.fingerprint(.sha256).prefix(4).hex)"
        let scep: [String: Value] = [
            "URL": .text(facts.url), "Name": .text(caName), "Subject": .list([.list([.list([.text("CN"), .text(name)])])]),
            "Challenge": .text(facts.challenge ?? ""), "Keysize": .number(2048), "Key Type": .text("RSA"), "Key Usage": .number(5),
            "Retries": .number(10), "RetryDelay": .number(30),
            // SHA-1 or MD5: an Apple device compares no other.
            "CAFingerprint": .data(Data(topmost.fingerprint(.sha1))),
        ]
        let payloads = [
            payload("com.apple.security.root", "\(identifier).root", "Root of \(caName)", ["PayloadContent": .data(Data(root.der))]),
            payload("com.apple.security.scep", "\(identifier).scep", "SCEP at \(facts.endpoint)", ["PayloadContent": .members(scep)]),
        ]
        let profile = payload(
            "Configuration", identifier, "\(caName): \(facts.endpoint)",
            ["PayloadContent": .list(payloads), "PayloadScope": .text("System"), "PayloadRemovalDisallowed": .flag(false)])
        let encoder = PropertyListEncoder()
        encoder.outputFormat = .xml
        return String(decoding: try encoder.encode(profile), as: UTF8.self)
    }

    private static func payload(_ type: String, _ identifier: String, _ name: String, _ members: [String: Value]) -> Value {
        let common: [String: Value] = [
            "PayloadType": .text(type), "PayloadVersion": .number(1), "PayloadIdentifier": .text(identifier),
            "PayloadUUID": .text(UUID().uuidString), "PayloadDisplayName": .text(name),
        ]
        return .members(members.merging(common) { own, _ in own })
    }

    /// What a profile holds. PropertyListSerialization, which would take such values untyped, knows no type of any in a statically linked Foundation.
    private indirect enum Value: Encodable {
        case text(String)
        case number(Int)
        case flag(Bool)
        case data(Data)
        case list([Value])
        case members([String: Value])

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .text(let text): try container.encode(text)
            case .number(let number): try container.encode(number)
            case .flag(let flag): try container.encode(flag)
            case .data(let data): try container.encode(data)
            case .list(let values): try container.encode(values)
            case .members(let members): try container.encode(members)
            }
        }
    }
}
