import Foundation
import HTTPTransport
import Logging
import Synchronization

/// What the HTTPS and the EST listener show: a certificate of the own CA, or files of an administrator, read again when they change.
final class TLSIdentities: Sendable {
    let https: TLSIdentitySource
    let est: TLSIdentitySource
    private let key: TLSServerKey
    private let files: [(source: TLSIdentitySource, files: CertificateFiles)]
    private let ownSource: TLSIdentitySource
    private let versions: Mutex<[[Date]]>
    private let logger: Logger

    /// - Parameters:
    ///   - key: of the own certificate.
    ///   - chain: PEM of the own certificate and those above it, without the root.
    init(
        _ configuration: Configuration, directory: DataDirectory, chain: String, key: TLSServerKey, logger: Logger
    ) throws {
        self.key = key
        self.logger = logger
        let ownSource = try TLSIdentitySource(certificateChainPEM: chain, key: key)
        var files: [(source: TLSIdentitySource, files: CertificateFiles)] = []
        func source(_ configured: Configuration.ServerCertificate?) throws -> TLSIdentitySource {
            guard let configured else { return ownSource }
            let pair = CertificateFiles(configured, in: directory)
            let texts = try pair.read()
            do {
                let source = try TLSIdentitySource(certificateChainPEM: texts.chain, key: .pem(texts.key))
                files.append((source, pair))
                return source
            } catch {
                throw CommandFailure("the TLS certificate \(pair.certificate) cannot be used: \(error)")
            }
        }
        https = try source(configuration.tls.https)
        est = try source(configuration.tls.est)
        self.files = files
        self.ownSource = ownSource
        versions = Mutex(files.map(\.files.version))
    }

    /// Shows a new certificate of the own key from the next connection on.
    func use(chain: String) throws {
        try ownSource.reload(certificateChainPEM: chain, key: key)
    }

    /// Reads the files that changed. A pair that does not fit (yet) is not used, and looked at again the next time.
    func reloadChangedFiles() {
        for (position, entry) in files.enumerated() {
            let version = entry.files.version
            guard versions.withLock({ $0[position] != version }) else { continue }
            do {
                let texts = try entry.files.read()
                try entry.source.reload(certificateChainPEM: texts.chain, key: .pem(texts.key))
                versions.withLock { $0[position] = version }
                logger.notice("TLS certificate reloaded", metadata: ["file": "\(entry.files.certificate)"])
            } catch {
                logger.warning(
                    "the changed TLS certificate cannot be used; the former stays",
                    metadata: ["file": "\(entry.files.certificate)", "reason": "\(error)"])
            }
        }
    }
}
