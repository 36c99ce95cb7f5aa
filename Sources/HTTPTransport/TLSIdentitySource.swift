import NIOSSL
import Synchronization

/// A listener's TLS certificate chain and key, replaceable while it serves: connections accepted after `reload` use the
/// new identity, and the session tickets of the old one are worthless.
package final class TLSIdentitySource: Sendable {
    struct Contexts: Sendable {
        let plain: NIOSSLContext
        let askingForClientCertificate: NIOSSLContext
    }

    private let contexts: Mutex<Contexts>

    /// - Parameters:
    ///   - certificateChainPEM: the server certificate first, then its issuers.
    ///   - privateKeyPEM: unencrypted PKCS#8, SEC1 or PKCS#1; held in memory only.
    /// - Throws: `TLSIdentityFailure` when either does not parse or they do not belong together.
    package init(certificateChainPEM: String, privateKeyPEM: String) throws(TLSIdentityFailure) {
        contexts = Mutex(try Self.makeContexts(certificateChainPEM, privateKeyPEM))
    }

    /// Replaces the identity. On failure the old one stays in use.
    package func reload(certificateChainPEM: String, privateKeyPEM: String) throws(TLSIdentityFailure) {
        let fresh = try Self.makeContexts(certificateChainPEM, privateKeyPEM)
        contexts.withLock { $0 = fresh }
    }

    func context(askingForClientCertificate asks: Bool) -> NIOSSLContext {
        contexts.withLock { asks ? $0.askingForClientCertificate : $0.plain }
    }

    private static func makeContexts(_ chainPEM: String, _ keyPEM: String) throws(TLSIdentityFailure) -> Contexts {
        do {
            let chain = try NIOSSLCertificate.fromPEMBytes(Array(chainPEM.utf8))
            guard !chain.isEmpty else { throw TLSIdentityFailure(reason: "no certificate found") }
            let key = try NIOSSLPrivateKey(bytes: Array(keyPEM.utf8), format: .pem)
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
            configuration.minimumTLSVersion = .tlsv12
            configuration.cipherSuites = "ECDH+AESGCM:ECDH+CHACHA20"
            configuration.applicationProtocols = ["http/1.1"]
            let plain = try NIOSSLContext(configuration: configuration)
            // No anchors: the custom callback of the listener replaces path validation, and the route decides trust.
            configuration.certificateVerification = .optionalVerification
            configuration.trustRoots = .certificates([])
            return Contexts(plain: plain, askingForClientCertificate: try NIOSSLContext(configuration: configuration))
        } catch let failure as TLSIdentityFailure {
            throw failure
        } catch {
            throw TLSIdentityFailure(reason: "\(error)")
        }
    }
}
