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
    ///   - key: the server certificate's.
    /// - Throws: `TLSIdentityFailure` when either does not parse or they do not belong together.
    package init(certificateChainPEM: String, key: TLSServerKey) throws(TLSIdentityFailure) {
        contexts = Mutex(try Self.makeContexts(certificateChainPEM, key))
    }

    /// Replaces the identity. On failure the old one stays in use.
    package func reload(certificateChainPEM: String, key: TLSServerKey) throws(TLSIdentityFailure) {
        let fresh = try Self.makeContexts(certificateChainPEM, key)
        contexts.withLock { $0 = fresh }
    }

    func context(askingForClientCertificate asks: Bool) -> NIOSSLContext {
        contexts.withLock { asks ? $0.askingForClientCertificate : $0.plain }
    }

    private static func makeContexts(_ chainPEM: String, _ key: TLSServerKey) throws(TLSIdentityFailure) -> Contexts {
        do {
            let chain = try NIOSSLCertificate.fromPEMBytes(Array(chainPEM.utf8))
            guard !chain.isEmpty else { throw TLSIdentityFailure(reason: "no certificate found") }
            let key =
                switch key {
                case .pem(let text): try NIOSSLPrivateKey(bytes: Array(text.utf8), format: .pem)
                case .remote(let key): NIOSSLPrivateKey(customPrivateKey: key)
                }
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
