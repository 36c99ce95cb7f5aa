/// Why a certificate chain and key cannot serve as a TLS identity.
package struct TLSIdentityFailure: Error, Sendable, CustomStringConvertible {
    package let reason: String

    package var description: String { "TLS identity: \(reason)" }
}
