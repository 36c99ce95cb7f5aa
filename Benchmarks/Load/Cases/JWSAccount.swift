import ACMEWire
import Crypto

/// An account key that signs flattened JWS with ES256.
struct JWSAccount: Sendable {
    private let key = P256.Signing.PrivateKey()
    /// The public key in the canonical form of RFC 7638.
    let jwk: String
    let thumbprint: String

    init() {
        let point = Array(key.publicKey.rawRepresentation)
        jwk = #"{"crv":"P-256","kty":"EC","x":"\#(Base64URL.encode(point.prefix(32)))","y":"\#(Base64URL.encode(point.suffix(32)))"}"#
        thumbprint = Base64URL.encode(SHA256.hash(data: Array(jwk.utf8)))
    }

    /// - Parameters:
    ///   - account: URL of the account; nil to show the key itself.
    ///   - payload: JSON; empty for POST-as-GET.
    func sign(_ payload: String, url: String, nonce: String, account: String?) -> [UInt8] {
        let identity = account.map { #""kid":"\#($0)""# } ?? #""jwk":\#(jwk)"#
        let protected = Base64URL.encode(Array(#"{"alg":"ES256","nonce":"\#(nonce)","url":"\#(url)",\#(identity)}"#.utf8))
        let payload = Base64URL.encode(Array(payload.utf8))
        let signature = (try? key.signature(for: Array("\(protected).\(payload)".utf8)).rawRepresentation).map(Array.init) ?? []
        let text = #"{"protected":"\#(protected)","payload":"\#(payload)","signature":"\#(Base64URL.encode(signature))"}"#
        return Array(text.utf8)
    }
}
