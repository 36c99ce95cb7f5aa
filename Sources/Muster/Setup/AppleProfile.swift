import Foundation
import PKIFormats

/// An Apple configuration profile with the root certificate and a SCEP payload.
enum AppleProfile {
    /// - Parameters:
    ///   - topmost: of the CA certificates that GetCACert gives: the device takes the answer only if that one is in it.
    ///   - name: the common name to ask for, with the MDM's variable where it replaces one.
    static func make(_ facts: SetupFacts, root: Certificate, topmost: Certificate, caName: String, name: String) throws -> String {
        let identifier = "muster.\(facts.endpoint).\(root.fingerprint(.sha256).prefix(4).hex)"
        let scep: [String: Any] = [
            "URL": facts.url, "Name": caName, "Subject": [[["CN", name]]], "Challenge": facts.challenge ?? "", "Keysize": 2048,
            "Key Type": "RSA", "Key Usage": 5, "Retries": 10, "RetryDelay": 30,
            // SHA-1 or MD5: an Apple device compares no other.
            "CAFingerprint": Data(topmost.fingerprint(.sha1)),
        ]
        let payloads: [[String: Any]] = [
            payload("com.apple.security.root", "\(identifier).root", "Root of \(caName)", ["PayloadContent": Data(root.der)]),
            payload("com.apple.security.scep", "\(identifier).scep", "SCEP at \(facts.endpoint)", ["PayloadContent": scep]),
        ]
        let profile = payload(
            "Configuration", identifier, "\(caName): \(facts.endpoint)",
            ["PayloadContent": payloads, "PayloadScope": "System", "PayloadRemovalDisallowed": false])
        return String(
            decoding: try PropertyListSerialization.data(fromPropertyList: profile, format: .xml, options: 0), as: UTF8.self)
    }

    private static func payload(_ type: String, _ identifier: String, _ name: String, _ members: [String: Any]) -> [String: Any] {
        members.merging([
            "PayloadType": type, "PayloadVersion": 1, "PayloadIdentifier": identifier, "PayloadUUID": UUID().uuidString,
            "PayloadDisplayName": name,
        ]) { own, _ in own }
    }
}
