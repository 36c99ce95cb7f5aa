/// SignedData in its ContentInfo (RFC 5652 §5), from BER.
package struct CMSSignedData: Sendable {
    /// The eContentType.
    package let contentType: OID
    /// The octets of eContent; nil when it is absent.
    package let content: [UInt8]?
    /// Those of `rawCertificates` that this program can read, in the order of the message.
    package let certificates: [Certificate]
    /// Every element of the certificates field.
    package let rawCertificates: [[UInt8]]
    package let crls: [[UInt8]]
    package let signerInfos: [CMSSignerInfo]

    /// Bounds: 1 MiB, 32 certificates, 8 CRLs, 4 signers, 8 digest algorithms.
    package init(ber: [UInt8]) throws(FormatError) {
        let structure = "SignedData"
        var reader = try CMSContentInfo.content(ber, type: OIDs.signedData, structure).sequence(structure)
        _ = try reader.take(.integer, "version").smallInteger(structure)
        _ = try reader.take(.set, "digest algorithms").elements(structure, limit: 8)
        var encapsulated = try reader.sequence("encapsulated content")
        contentType = try encapsulated.oid("content type")
        content = try encapsulated.takeIf(.context(0))?.inner(structure).octets(structure)
        try encapsulated.finish()
        rawCertificates = try reader.takeIf(.context(0))?.elements(structure, limit: 32).map(\.raw) ?? []
        crls = try reader.takeIf(.context(1))?.elements(structure, limit: 8).map(\.raw) ?? []
        var signerInfos: [CMSSignerInfo] = []
        for item in try reader.take(.set, "signers").elements(structure, limit: 4) { signerInfos.append(try CMSSignerInfo(item)) }
        try reader.finish()
        certificates = rawCertificates.compactMap { try? Certificate(der: $0) }
        self.signerInfos = signerInfos
    }

    /// The enclosed certificate that the signer goes by, wherever it stands.
    package func signer(of signerInfo: CMSSignerInfo) -> Certificate? { certificates.first { signerInfo.identifier.names($0) } }

    /// Whether the signer's digest and signature hold under the certificate's key. Says nothing about who that is.
    package func verify(_ signerInfo: CMSSignerInfo, _ certificate: Certificate) -> Bool { verify(signerInfo, key: certificate.publicKey) }

    /// Whether the signer's digest and signature hold under this key, for signers without a certificate. An absent content counts as empty.
    package func verify(_ signerInfo: CMSSignerInfo, key: SubjectPublicKeyInfo) -> Bool { verify(signerInfo, key: VerificationKey(key)) }

    /// The same under a key that is ready for use.
    package func verify(_ signerInfo: CMSSignerInfo, key: VerificationKey) -> Bool {
        let content = content ?? []
        guard let hash = signerInfo.digest, let algorithm = signerInfo.signatureAlgorithm else { return false }
        guard !signerInfo.signedAttributes.isEmpty else {
            // RFC 5652 §5.3: only id-data may be signed without attributes. Content that is itself a set of attributes may be those of
            // another message, whose signature would fit.
            return contentType == OIDs.data && !Self.looksLikeSignedAttributes(content)
                && key.isValidSignature(signerInfo.signature, over: content, algorithm: algorithm)
        }
        guard signerInfo.values(OIDs.contentType) == [contentType.der],
            let digests = signerInfo.values(OIDs.messageDigest), digests.count == 1, let digest = digests.first,
            let element = try? TLV(digest, "message digest", rules: .ber),
            (try? element.octets("message digest")) == hash.digest(content)
        else { return false }
        if key.isValidSignature(signerInfo.signature, over: signerInfo.rawSignedAttributes, algorithm: algorithm) {
            return true
        }
        // Some clients sign the sorted set and send another order.
        return signerInfo.sortedSignedAttributes != signerInfo.rawSignedAttributes
            && key.isValidSignature(signerInfo.signature, over: signerInfo.sortedSignedAttributes, algorithm: algorithm)
    }

    private static func looksLikeSignedAttributes(_ content: [UInt8]) -> Bool {
        guard content.first == 0x31, let element = try? TLV(content, "content", rules: .ber) else { return false }
        return (try? RequestAttribute.decodeAll(element, "content")) != nil
    }
}
