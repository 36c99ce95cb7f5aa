/// RSASSA-PSS-params (RFC 4055 §3.1).
enum PSSParameters {
    /// The digest; throws unless MGF1 uses the same one, the salt is as long as it and the trailer is 1.
    static func hash(_ element: TLV?) throws(FormatError) -> HashAlgorithm {
        let structure = "RSASSA-PSS parameters"
        guard let element else { throw FormatError(structure, "missing") }
        var reader = try element.sequence(structure)
        var hash = HashAlgorithm.sha1
        var mask = HashAlgorithm.sha1
        var saltLength = 20
        if let field = reader.takeIf(.context(0)) { hash = try HashAlgorithm(field.inner(structure), structure) }
        if let field = reader.takeIf(.context(1)) { mask = try maskHash(field.inner(structure), structure) }
        if let field = reader.takeIf(.context(2)) { saltLength = try field.inner(structure).smallInteger(structure) }
        if let field = reader.takeIf(.context(3)) {
            guard try field.inner(structure).smallInteger(structure) == 1 else { throw FormatError(structure, "unknown trailer") }
        }
        try reader.finish()
        guard mask == hash, saltLength == hash.byteCount else { throw FormatError(structure, "unsupported mask or salt length") }
        return hash
    }

    /// The digest of an MGF1 AlgorithmIdentifier.
    static func maskHash(_ element: TLV, _ structure: String) throws(FormatError) -> HashAlgorithm {
        var reader = try element.sequence(structure)
        guard try reader.oid("mask generation function") == OIDs.mgf1 else {
            throw FormatError(structure, "unknown mask generation function")
        }
        let hash = try HashAlgorithm(reader.any("digest of the mask"), structure)
        try reader.finish()
        return hash
    }

    static func encode(_ hash: HashAlgorithm) -> [UInt8] {
        guard hash != .sha1 else { return DERBytes.sequence() }
        return DERBytes.sequence(
            DERBytes.explicit(0, hash.algorithmIdentifier),
            DERBytes.explicit(1, DERBytes.sequence(OIDs.mgf1.der, hash.algorithmIdentifier)),
            DERBytes.explicit(2, DERBytes.integer(hash.byteCount)))
    }
}
