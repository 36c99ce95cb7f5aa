import COpenSSL

/// How the content key is encrypted to an RSA key.
package enum KeyTransport: Sendable, Hashable {
    /// RSAES-PKCS1-v1_5.
    case rsaPKCS1
    /// RSAES-OAEP; when written, MGF1 uses the same digest.
    case rsaOAEP(HashAlgorithm)

    init(_ element: TLV) throws(FormatError) {
        let structure = "key transport"
        var reader = try element.sequence(structure)
        switch try reader.oid("algorithm") {
        case OIDs.rsaEncryption: self = .rsaPKCS1
        case OIDs.rsaesOAEP:
            var hash = HashAlgorithm.sha1
            if var parameters = try reader.takeIf(.sequence)?.reader(structure), let field = parameters.takeIf(.context(0)) {
                hash = try HashAlgorithm(field.inner(structure), structure)
            }
            self = .rsaOAEP(hash)
        default: throw FormatError(structure, "unsupported algorithm")
        }
    }

    var algorithmIdentifier: [UInt8] {
        switch self {
        case .rsaPKCS1: DERBytes.sequence(OIDs.rsaEncryption.der, DERBytes.null)
        case .rsaOAEP(.sha1): DERBytes.sequence(OIDs.rsaesOAEP.der, DERBytes.sequence())
        case .rsaOAEP(let hash):
            DERBytes.sequence(
                OIDs.rsaesOAEP.der,
                DERBytes.sequence(
                    DERBytes.explicit(0, hash.algorithmIdentifier),
                    DERBytes.explicit(1, DERBytes.sequence(OIDs.mgf1.der, hash.algorithmIdentifier))))
        }
    }

    /// Encrypts a content key.
    func encrypt(_ secret: [UInt8], to key: RSAPublicKey) throws(FormatError) -> [UInt8] {
        defer { ERR_clear_error() }
        let failure = FormatError("EnvelopedData", "the recipient's key does not encrypt")
        guard key.isUsable, let handle = RSAVerificationKey(key), let context = EVP_PKEY_CTX_new(handle.raw, nil) else { throw failure }
        defer { EVP_PKEY_CTX_free(context) }
        guard EVP_PKEY_encrypt_init(context) == 1 else { throw failure }
        let isSet =
            switch self {
            case .rsaPKCS1: EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1
            case .rsaOAEP(let hash):
                EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1
                    && EVP_PKEY_CTX_set_rsa_oaep_md(context, hash.evp) == 1 && EVP_PKEY_CTX_set_rsa_mgf1_md(context, hash.evp) == 1
            }
        var count = 0
        guard isSet, EVP_PKEY_encrypt(context, nil, &count, secret, secret.count) == 1 else { throw failure }
        var encrypted = [UInt8](repeating: 0, count: count)
        guard EVP_PKEY_encrypt(context, &encrypted, &count, secret, secret.count) == 1, count <= encrypted.count else { throw failure }
        return Array(encrypted.prefix(count))
    }
}
