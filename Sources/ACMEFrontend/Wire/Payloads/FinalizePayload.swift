/// Payload of finalize (RFC 8555 §7.4).
package struct FinalizePayload: Sendable, Decodable {
    package var csr: String
}
