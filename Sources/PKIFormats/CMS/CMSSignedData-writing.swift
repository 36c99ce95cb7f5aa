import Foundation

extension CMSSignedData {
    /// A message without content and signers, to carry certificates and CRLs in the order given. eContent is absent: cryptlib fails on an empty one.
    package static func degenerate(certificates: [Certificate], crls: [[UInt8]] = []) -> [UInt8] {
        message(
            version: 1, digestAlgorithms: [], encapsulated: DERBytes.sequence(OIDs.data.der), certificates: certificates, crls: crls,
            signerInfos: [])
    }

    /// The SET OF Attribute (tag 0x31, DER order) to sign.
    /// - Parameters:
    ///   - messageDigest: digest of the content octets.
    ///   - extra: further attributes, each with its one value in DER.
    package static func signedAttributes(
        contentType: OID, messageDigest: [UInt8], signingTime: Date?, extra: [(OID, [UInt8])] = []
    ) -> [UInt8] {
        var attributes: [(OID, [UInt8])] = [(OIDs.contentType, contentType.der), (OIDs.messageDigest, DERBytes.octetString(messageDigest))]
        if let signingTime { attributes.append((OIDs.signingTime, DERBytes.time(signingTime))) }
        return DERBytes.set(of: (attributes + extra).map { RequestAttribute.encode((oid: $0.0, values: [$0.1])) })
    }

    /// The finished message with one signer, strict DER.
    /// - Parameters:
    ///   - content: nil leaves eContent out; empty makes it an OCTET STRING of length zero.
    ///   - signedAttributes: what `signedAttributes(…)` gave and `signature` is over.
    ///   - certificates: kept in this order.
    package static func assemble(
        content: [UInt8]?, contentType: OID, digest: HashAlgorithm, signedAttributes: [UInt8], signer: Certificate, signature: [UInt8],
        certificates: [Certificate], crls: [[UInt8]] = []
    ) -> [UInt8] {
        let eContent = content.map { DERBytes.explicit(0, DERBytes.octetString($0)) } ?? []
        let attributes = signedAttributes.isEmpty ? [] : [0xA0] + signedAttributes.dropFirst()
        let signerInfo = DERBytes.sequence(
            DERBytes.integer(1), CMSIdentifier(of: signer).der, digest.algorithmIdentifier, attributes,
            signatureAlgorithm(of: signer.publicKey, digest), DERBytes.octetString(signature))
        return message(
            version: contentType == OIDs.data ? 1 : 3, digestAlgorithms: [digest.algorithmIdentifier],
            encapsulated: DERBytes.sequence(contentType.der, eContent), certificates: certificates, crls: crls, signerInfos: [signerInfo])
    }

    /// rsaEncryption for RSA: the only one that strongSwan and old devices know here.
    private static func signatureAlgorithm(of key: SubjectPublicKeyInfo, _ digest: HashAlgorithm) -> [UInt8] {
        switch key.kind {
        case .rsa: DERBytes.sequence(OIDs.rsaEncryption.der, DERBytes.null)
        case .ed25519: SignatureAlgorithm.ed25519.algorithmIdentifier
        case .mldsa65: SignatureAlgorithm.mldsa65.algorithmIdentifier
        case .mldsa87: SignatureAlgorithm.mldsa87.algorithmIdentifier
        case .p256, .p384, .p521, .unsupported: SignatureAlgorithm.ecdsa(digest).algorithmIdentifier
        }
    }

    private static func message(
        version: Int, digestAlgorithms: [[UInt8]], encapsulated: [UInt8], certificates: [Certificate], crls: [[UInt8]],
        signerInfos: [[UInt8]]
    ) -> [UInt8] {
        CMSContentInfo.encode(
            OIDs.signedData,
            DERBytes.sequence(
                DERBytes.integer(version), DERBytes.set(of: digestAlgorithms), encapsulated,
                certificates.isEmpty ? [] : DERBytes.setInOrder(certificates.map(\.der), tag: 0xA0),
                crls.isEmpty ? [] : DERBytes.setInOrder(crls, tag: 0xA1), DERBytes.set(of: signerInfos)))
    }
}
