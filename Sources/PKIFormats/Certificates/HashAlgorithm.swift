import Crypto

/// The digests this program computes.
package enum HashAlgorithm: Sendable, Hashable, CaseIterable {
    case sha1, sha256, sha384, sha512

    package init?(oid: OID) {
        guard let found = Self.allCases.first(where: { $0.oid == oid }) else { return nil }
        self = found
    }

    package var oid: OID {
        switch self {
        case .sha1: OIDs.sha1
        case .sha256: OIDs.sha256
        case .sha384: OIDs.sha384
        case .sha512: OIDs.sha512
        }
    }

    package var byteCount: Int {
        switch self {
        case .sha1: 20
        case .sha256: 32
        case .sha384: 48
        case .sha512: 64
        }
    }

    package func digest(_ bytes: [UInt8]) -> [UInt8] {
        switch self {
        case .sha1: Insecure.SHA1.hash(data: bytes).octets
        case .sha256: SHA256.hash(data: bytes).octets
        case .sha384: SHA384.hash(data: bytes).octets
        case .sha512: SHA512.hash(data: bytes).octets
        }
    }

    /// An AlgorithmIdentifier; parameters absent, as RFC 5754 §2 wants of writers.
    package var algorithmIdentifier: [UInt8] { DERBytes.sequence(oid.der) }

    /// Reads an AlgorithmIdentifier whose parameters are absent or NULL.
    init(_ element: TLV, _ structure: String) throws(FormatError) {
        var reader = try element.sequence(structure)
        let oid = try reader.oid("digest algorithm")
        _ = reader.takeIf(.null)
        try reader.finish()
        guard let hash = HashAlgorithm(oid: oid) else { throw FormatError(structure, "unsupported digest algorithm \(oid)") }
        self = hash
    }
}
