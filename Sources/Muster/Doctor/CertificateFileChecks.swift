import Foundation
import HTTPTransport
import PKIFormats

/// Whether the TLS certificates of somebody else can be used, and for how long.
struct CertificateFileChecks {
    let configuration: Configuration
    let directory: DataDirectory

    func findings() -> [Finding] {
        [("HTTPS", configuration.tls.https), ("EST", configuration.tls.est)].compactMap { name, files in files.map { finding(name, $0) } }
    }

    private func finding(_ name: String, _ files: Configuration.ServerCertificate) -> Finding {
        do {
            let identity = try CertificateFiles(files, in: directory).read()
            _ = try TLSIdentitySource(certificateChainPEM: identity.chain, key: .pem(identity.key))
            guard let leaf = try Certificate.decodePEMBundle(identity.chain).first else {
                return Finding(.problem, "\(files.certificate) holds no certificate")
            }
            let days = leaf.validity.notAfter.timeIntervalSinceNow / 86_400
            guard days > 0 else {
                return Finding(.problem, "the \(name) listener's certificate \(files.certificate) expired on \(leaf.validity.notAfter.day)")
            }
            return Finding(
                days < 14 ? .warning : .fine,
                "the \(name) listener's certificate \(files.certificate) is valid until \(leaf.validity.notAfter.day)")
        } catch {
            return Finding(
                .problem, "the \(name) listener's certificate \(files.certificate) cannot be used: \(AdminMessage.describe(error))")
        }
    }
}
