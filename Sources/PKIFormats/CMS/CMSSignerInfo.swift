/// SignerInfo (RFC 5652 §5.3).
package struct CMSSignerInfo: Sendable {
    package let identifier: CMSIdentifier
    /// The digest of the content, and of the signature; nil where this program does not compute it: nothing verifies then.
    package let digest: HashAlgorithm?
    /// The digest as the message names it.
    package let digestOID: OID
    /// Nil with the digest.
    package let signatureAlgorithm: SignatureAlgorithm?
    package let signature: [UInt8]
    /// In the order of the message; each value is a whole element. Empty when the signature is over the content itself.
    package let signedAttributes: [(oid: OID, values: [[UInt8]])]
    /// What the signature is over when there are signed attributes: the SET OF (tag 0x31) in the order of the message. Else empty.
    package let rawSignedAttributes: [UInt8]
    /// The same attributes in DER order, over which signers sign that do not send them so.
    let sortedSignedAttributes: [UInt8]

    init(_ element: TLV) throws(FormatError) {
        let structure = "SignerInfo"
        var reader = try element.sequence(structure)
        _ = try reader.take(.integer, "version").smallInteger(structure)
        identifier = try CMSIdentifier(reader.any("signer identifier"), structure)
        var digestFields = try reader.sequence("digest algorithm")
        digestOID = try digestFields.oid("digest algorithm")
        _ = digestFields.takeIf(.null)
        try digestFields.finish()
        digest = HashAlgorithm(oid: digestOID)
        if let field = reader.takeIf(.context(0)) {
            signedAttributes = try RequestAttribute.decodeAll(field, structure)
            guard !signedAttributes.isEmpty else { throw FormatError(structure, "an empty set of signed attributes") }
            let parts = try field.elements(structure, limit: 64).map(\.raw)
            rawSignedAttributes = DERBytes.setInOrder(parts)
            sortedSignedAttributes = DERBytes.set(of: parts)
        } else {
            (signedAttributes, rawSignedAttributes, sortedSignedAttributes) = ([], [], [])
        }
        let algorithm = try reader.take(.sequence, "signature algorithm")
        if let digest { signatureAlgorithm = try Self.signatureAlgorithm(algorithm, digest) } else { signatureAlgorithm = nil }
        signature = try reader.take(.octetString, "signature").octets(structure)
        _ = reader.takeIf(.context(1))
        try reader.finish()
    }

    /// RSA and EC signers may name just their kind of key; the digest then decides. Two different digests are refused.
    private static func signatureAlgorithm(_ element: TLV, _ digest: HashAlgorithm) throws(FormatError) -> SignatureAlgorithm {
        var reader = try element.sequence("SignerInfo")
        switch try reader.oid("signature algorithm") {
        case OIDs.rsaEncryption: return .rsa(digest)
        case OIDs.ecPublicKey: return .ecdsa(digest)
        default:
            let algorithm = try SignatureAlgorithm(element)
            guard algorithm.hash == nil || algorithm.hash == digest else {
                throw FormatError("SignerInfo", "digest and signature algorithm disagree")
            }
            return algorithm
        }
    }

    /// The values of the attribute; nil when it is absent or occurs twice.
    package func values(_ oid: OID) -> [[UInt8]]? {
        let found = signedAttributes.filter { $0.oid == oid }
        return found.count == 1 ? found.first?.values : nil
    }
}
