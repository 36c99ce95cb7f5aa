/// What a client must show to prove control (RFC 8555 §8.1).
package enum KeyAuthorization {
    package static func text(token: String, key: JWK) -> String { "\(token).\(key.thumbprint)" }
}
