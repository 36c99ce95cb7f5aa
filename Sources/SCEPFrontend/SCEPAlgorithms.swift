import EnrollmentCore
import PKIFormats
import SCEPWire

/// The algorithms accepted in requests, and so used in replies. GetCACaps announces them, but only this enforces them.
struct SCEPAlgorithms: Sendable {
    static let accepted = "use AES and SHA-256"

    let allows3DES: Bool
    let allowsSHA1: Bool

    init(allows3DES: Bool = false, allowsSHA1: Bool = false) {
        self.allows3DES = allows3DES
        self.allowsSHA1 = allowsSHA1
    }

    init(_ options: SCEPOptions) { self.init(allows3DES: options.allow3DES, allowsSHA1: options.allowSHA1) }

    func isAccepted(_ digest: HashAlgorithm) -> Bool {
        switch digest {
        case .sha256, .sha384, .sha512: true
        case .sha1: allowsSHA1
        }
    }

    /// - Throws: `.unsupportedAlgorithm`, with a text that tells what to change at the client.
    func check(digestOf message: SCEPMessage) throws(Refusal) {
        guard let digest = message.digest else {
            let name = message.digestOID == OIDs.md5 ? "MD5" : "an unknown digest"
            throw Self.refusal(
                "the message is signed with \(name), which is never accepted: \(Self.accepted)", detail: "digest \(message.digestOID)")
        }
        guard isAccepted(digest) else {
            throw Self.refusal("the message is signed with SHA-1, which is not accepted here: \(Self.accepted)", detail: "digest \(digest)")
        }
        guard case .rsa(let bits, let exponent) = message.signer.publicKey.kind, bits <= 8192, exponent.count <= 5 else {
            throw Self.refusal(
                "the message must be signed with an RSA key, because the reply is encrypted to it",
                detail: "signer key \(message.signer.publicKey.kind)")
        }
    }

    /// - Throws: `.unsupportedAlgorithm`, with a text that tells what to change at the client.
    func check(_ cipher: ContentCipher) throws(Refusal) {
        switch cipher {
        case .aes128CBC, .aes192CBC, .aes256CBC: return
        case .desEDE3CBC where allows3DES: return
        case .desEDE3CBC:
            throw Self.refusal("the message is encrypted with 3DES, which is not accepted here: \(Self.accepted)", detail: "cipher 3DES")
        case .desCBC:
            throw Self.refusal("the message is encrypted with single DES, which is never accepted: \(Self.accepted)", detail: "cipher DES")
        case .other(let oid):
            throw Self.refusal("the message is encrypted with an unknown cipher: \(Self.accepted)", detail: "cipher \(oid)")
        }
    }

    private static func refusal(_ publicText: String, detail: String) -> Refusal {
        Refusal(.unsupportedAlgorithm, at: .decode, publicText: publicText, detail: detail)
    }
}
