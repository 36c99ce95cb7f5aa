/// The signature algorithms this program verifies or makes.
package enum SignatureAlgorithm: Sendable, Hashable {
    case ecdsaSHA256, ecdsaSHA384, ecdsaSHA512
    case rsaSHA1, rsaSHA256, rsaSHA384, rsaSHA512
    /// RSASSA-PSS with MGF1 over the same digest and a salt of the digest's length.
    case rsaPSS(HashAlgorithm)
    case ed25519
    /// Pure ML-DSA with an empty context.
    case mldsa65, mldsa87
    case ecdsaSHA1

    /// Reads an AlgorithmIdentifier; throws for an algorithm that is none of these.
    package init(algorithmIdentifier der: [UInt8]) throws(FormatError) {
        try self.init(TLV(der, "signature algorithm", rules: .ber))
    }

    init(_ element: TLV) throws(FormatError) {
        let structure = "signature algorithm"
        var reader = try element.sequence(structure)
        let oid = try reader.oid("identifier")
        if oid == OIDs.rsassaPSS {
            self = .rsaPSS(try PSSParameters.hash(reader.next()))
            try reader.finish()
            return
        }
        guard let known = Self.identified[oid] else { throw FormatError(structure, "unsupported algorithm \(oid)") }
        // RFC 3279 wants NULL for RSA and RFC 5758 nothing for ECDSA; writers differ, and neither form carries anything. Of ML-DSA no
        // writer is so old (RFC 9881 §2).
        if known != .mldsa65, known != .mldsa87 { _ = reader.takeIf(.null) }
        try reader.finish()
        self = known
    }

    private static let identified: [OID: SignatureAlgorithm] = Dictionary(
        [
            SignatureAlgorithm.ecdsaSHA1, .ecdsaSHA256, .ecdsaSHA384, .ecdsaSHA512, .rsaSHA1, .rsaSHA256, .rsaSHA384, .rsaSHA512, .ed25519,
            .mldsa65, .mldsa87,
        ].map { ($0.oid, $0) }
    ) { first, _ in first }

    package var oid: OID {
        switch self {
        case .ecdsaSHA1: OIDs.ecdsaWithSHA1
        case .ecdsaSHA256: OIDs.ecdsaWithSHA256
        case .ecdsaSHA384: OIDs.ecdsaWithSHA384
        case .ecdsaSHA512: OIDs.ecdsaWithSHA512
        case .rsaSHA1: OIDs.sha1WithRSA
        case .rsaSHA256: OIDs.sha256WithRSA
        case .rsaSHA384: OIDs.sha384WithRSA
        case .rsaSHA512: OIDs.sha512WithRSA
        case .rsaPSS: OIDs.rsassaPSS
        case .ed25519: OIDs.ed25519
        case .mldsa65: OIDs.mldsa65
        case .mldsa87: OIDs.mldsa87
        }
    }

    package var algorithmIdentifier: [UInt8] {
        switch self {
        case .ecdsaSHA1, .ecdsaSHA256, .ecdsaSHA384, .ecdsaSHA512, .ed25519, .mldsa65, .mldsa87: DERBytes.sequence(oid.der)
        case .rsaSHA1, .rsaSHA256, .rsaSHA384, .rsaSHA512: DERBytes.sequence(oid.der, DERBytes.null)
        case .rsaPSS(let hash): DERBytes.sequence(oid.der, PSSParameters.encode(hash))
        }
    }

    /// The digest of the message; nil for Ed25519 and ML-DSA, which take the message whole.
    package var hash: HashAlgorithm? {
        switch self {
        case .ecdsaSHA1, .rsaSHA1: .sha1
        case .ecdsaSHA256, .rsaSHA256: .sha256
        case .ecdsaSHA384, .rsaSHA384: .sha384
        case .ecdsaSHA512, .rsaSHA512: .sha512
        case .rsaPSS(let hash): hash
        case .ed25519, .mldsa65, .mldsa87: nil
        }
    }

    /// Whether the algorithm rests on SHA-1.
    package var isWeak: Bool { hash == .sha1 }

    package static func ecdsa(_ hash: HashAlgorithm) -> SignatureAlgorithm {
        switch hash {
        case .sha1: .ecdsaSHA1
        case .sha256: .ecdsaSHA256
        case .sha384: .ecdsaSHA384
        case .sha512: .ecdsaSHA512
        }
    }

    /// RSASSA-PKCS1-v1_5.
    package static func rsa(_ hash: HashAlgorithm) -> SignatureAlgorithm {
        switch hash {
        case .sha1: .rsaSHA1
        case .sha256: .rsaSHA256
        case .sha384: .rsaSHA384
        case .sha512: .rsaSHA512
        }
    }
}
