import Crypto
import Foundation

/// An account key that signs flattened JWS with ES256.
struct JWSAccount: Sendable {
    private let key = P256.Signing.PrivateKey()
    /// The public key in the canonical form of RFC 7638.
    let jwk: String
    let thumbprint: String

    init() {
        let point = Array(key.publicKey.rawRepresentation)
        jwk = #"{"crv":"P-256","kty":"EC","x":"\#(Self.base64URL(point.prefix(32)))","y":"\#(Self.base64URL(point.suffix(32)))"}"#
        thumbprint = Self.base64URL(SHA256.hash(data: Array(jwk.utf8)))
    }

    /// - Parameters:
    ///   - account: URL of the account; nil to show the key itself.
    ///   - payload: JSON; empty for POST-as-GET.
    func sign(_ payload: String, url: String, nonce: String, account: String?) -> [UInt8] {
        let identity = account.map { #""kid":"\#($0)""# } ?? #""jwk":\#(jwk)"#
        let protected = Self.base64URL(Array(#"{"alg":"ES256","nonce":"\#(nonce)","url":"\#(url)",\#(identity)}"#.utf8))
        let payload = Self.base64URL(Array(payload.utf8))
        let signature = try? key.signature(for: Array("\(protected).\(payload)".utf8)).rawRepresentation
        let text = #"{"protected":"\#(protected)","payload":"\#(payload)","signature":"\#(Self.base64URL(signature ?? Data()))"}"#
        return Array(text.utf8)
    }

    static func base64URL(_ bytes: some Sequence<UInt8>) -> String {
        Data(bytes).base64EncodedString().replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
            .replacingOccurrences(of: "=", with: "")
    }
}
