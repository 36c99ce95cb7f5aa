/// The private key of a listener's certificate.
package enum TLSServerKey: Sendable {
    /// Unencrypted PKCS#8, SEC1 or PKCS#1; held in memory only.
    case pem(String)
    /// A key that lies elsewhere, such as in a token.
    case remote(RemoteTLSKey)
}
