/// The signature algorithms an account key may use (RFC 7518, RFC 8037). `none` and MACs are not in the list and never will be.
package enum JWSAlgorithm: String, CaseIterable, Sendable {
    case es256 = "ES256"
    case es384 = "ES384"
    case es512 = "ES512"
    case rs256 = "RS256"
    case edDSA = "EdDSA"

    /// For the `algorithms` member of a badSignatureAlgorithm problem.
    package static var names: [String] { allCases.map(\.rawValue) }
}
