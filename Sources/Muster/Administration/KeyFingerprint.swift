import EnrollmentCore
import Foundation
import PKIFormats
import SigningKeys

/// A key as an operator names it: by the SHA-256 of its SubjectPublicKeyInfo, or by a file in which it stands.
enum KeyFingerprint {
    /// - Parameter text: 64 hexadecimal digits, or the path of a certificate, certification request, public or unencrypted private key (PEM).
    static func hash(_ text: String) throws -> [UInt8] {
        if let bytes = [UInt8](hex: text.filter { $0 != ":" }), bytes.count == 32 { return bytes }
        guard let data = FileManager.default.contents(atPath: text), data.count <= 1 << 20 else {
            throw CommandFailure("'\(text)' is neither a SHA-256 fingerprint (64 hexadecimal digits) nor a file that can be read")
        }
        let pem = String(decoding: data, as: UTF8.self)
        let der = [UInt8](data)
        let key =
            (try? Certificate(pem: pem).publicKey) ?? (try? CertificationRequest(pem: pem).publicKey)
            ?? (try? SubjectPublicKeyInfo(der: PEM.decodeOne(pem, label: "PUBLIC KEY"))) ?? (try? SoftwareKey(pem: pem).publicKey)
            ?? (try? Certificate(der: der).publicKey) ?? (try? CertificationRequest(der: der).publicKey)
        guard let key else {
            throw CommandFailure("\(text) holds no certificate, certification request, public key or unencrypted private key")
        }
        return KeyBlocklist.hash(of: key)
    }
}
