import EnrollmentCore
import PKIFormats
import SCEPWire

/// The algorithms accepted in requests, and so used in replies. GetCACaps announces them, but only this enforces them.
struct SCEPAlgorithms: Sendable {
    static let accepted = "use AES and SHA-256"

    static func isAccepted(_ digest: HashAlgorithm) -> Bool {
        switch digest {
        case .sha256, .sha384, .sha512: true
        case .sha1: false
        }
    }

    /// - Throws: `.unsupportedAlgorithm`, with a text that tells what to change at the client.
    static func check(digestOf message: SCEPMessage) throws(Refusal) {
        guard isAccepted(message.digest) else {
            throw refusal("the message is signed with SHA-1, which is not accepted here: \(accepted)", detail: "digest \(message.digest)")
        }
        guard case .rsa(let bits, let exponent) = message.signer.publicKey.kind, bits <= 8192, exponent.count <= 5 else {
            throw refusal(
                "the message must be signed with an RSA key, because the reply is encrypted to it",
                detail: "signer key \(message.signer.publicKey.kind)")
        }
    }

    /// - Throws: `.unsupportedAlgorithm`, with a text that tells what to change at the client.
    static func check(_ cipher: ContentCipher) throws(Refusal) {
        switch cipher {
        case .aes128CBC, .aes192CBC, .aes256CBC: return
        case .desEDE3CBC:
            throw refusal("the message is encrypted with 3DES, which is not accepted here: \(accepted)", detail: "cipher 3DES")
        case .desCBC: throw refusal("the message is encrypted with single DES, which is never accepted: \(accepted)", detail: "cipher DES")
        case .other(let oid): throw refusal("the message is encrypted with an unknown cipher: \(accepted)", detail: "cipher \(oid)")
        }
    }

    private static func refusal(_ publicText: String, detail: String) -> Refusal {
        Refusal(.unsupportedAlgorithm, at: .decode, publicText: publicText, detail: detail)
    }
}
