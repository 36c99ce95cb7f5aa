/// An OCSP request (RFC 6960 §4.1). A signature on it is read over and not checked.
package struct OCSPRequest: Sendable {
    /// At least one.
    package let certIDs: [OCSPCertID]
    /// The value of the nonce extension as it came, for the answer to repeat: an OCTET STRING in DER, or bare bytes from old clients.
    package let nonce: [UInt8]?

    /// Bounds: 16 KiB, 32 certificates, a nonce of 1 to 128 bytes (RFC 9654 §2.1). An unknown critical extension is an error.
    package init(der: [UInt8]) throws(FormatError) {
        let structure = "OCSP request"
        guard der.count <= 16_384 else { throw FormatError(structure, "too long") }
        var outer = try TLV(der, structure).sequence(structure)
        var fields = try outer.sequence("TBSRequest")
        _ = outer.takeIf(.context(0))
        try outer.finish()

        if let version = fields.takeIf(.context(0)) {
            guard try version.inner(structure).smallInteger(structure) == 0 else { throw FormatError(structure, "unknown version") }
        }
        _ = fields.takeIf(.context(1))
        var certIDs: [OCSPCertID] = []
        for item in try fields.take(.sequence, "request list").elements(structure, limit: 32) {
            var request = try item.sequence(structure)
            certIDs.append(try OCSPCertID(request.take(.sequence, "certificate identifier")))
            if let field = request.takeIf(.context(0)) {
                let extensions = try CertificateExtension.decodeAll(field.inner(structure), structure)
                guard !extensions.contains(where: \.critical) else { throw FormatError(structure, "unknown critical extension") }
            }
            try request.finish()
        }
        guard !certIDs.isEmpty else { throw FormatError(structure, "an empty request list") }
        var nonce: [UInt8]?
        if let field = fields.takeIf(.context(2)) {
            for item in try CertificateExtension.decodeAll(field.inner(structure), structure) {
                if item.oid == OIDs.ocspNonce {
                    nonce = item.value
                } else if item.critical {
                    throw FormatError(structure, "unknown critical extension")
                }
            }
        }
        try fields.finish()
        if let nonce {
            let octets = (try? TLV(nonce, structure).octets(structure)) ?? nonce
            guard (1...128).contains(octets.count) else { throw FormatError(structure, "a nonce of the wrong length") }
        }
        self.certIDs = certIDs
        self.nonce = nonce
    }

    /// The request a client would send. `nonce` is the value of the extension.
    package static func encode(_ certIDs: [OCSPCertID], nonce: [UInt8]? = nil) -> [UInt8] {
        let list = DERBytes.sequence(of: certIDs.map { DERBytes.sequence($0.der) })
        let extensions = nonce.map {
            DERBytes.explicit(2, CertificateExtension.encodeAll([CertificateExtension(oid: OIDs.ocspNonce, value: $0)]))
        }
        return DERBytes.sequence(DERBytes.sequence(list, extensions ?? []))
    }
}
