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
}
