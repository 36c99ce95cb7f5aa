import HTTPTransport
import SigningKeys

extension TLSServerKey {
    /// The server's own key, from its file or in its token.
    init(_ key: any SigningKey) throws {
        if let software = key as? SoftwareKey {
            self = try .pem(software.unencryptedPEM())
            return
        }
        let curve: RemoteTLSKey.Curve
        switch key.publicKey.kind {
        case .p256: curve = .p256
        case .p384: curve = .p384
        case .p521, .rsa, .ed25519, .mldsa65, .mldsa87, .unsupported:
            throw CommandFailure("the TLS server's key in a token is of P-256 or P-384, not of \(key.publicKey.kind)")
        }
        self = .remote(RemoteTLSKey(curve, publicKey: key.publicKey.der) { try await key.sign($0) })
    }
}
