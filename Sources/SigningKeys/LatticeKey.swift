import COpenSSL
import Crypto
import Foundation
import PKIFormats

/// An ML-DSA private key (FIPS 204) in the forms of RFC 9881 §6, kept as its seed.
enum LatticeKey: Sendable {
    case mldsa65(MLDSA65.PrivateKey)
    case mldsa87(MLDSA87.PrivateKey)

    /// Nil for the algorithms that are none of these.
    static func generate(_ algorithm: KeyAlgorithm) throws -> LatticeKey? {
        switch algorithm {
        case .mldsa65: .mldsa65(try .init())
        case .mldsa87: .mldsa87(try .init())
        case .p256, .p384, .p521, .rsa2048, .rsa3072, .rsa4096, .ed25519: nil
        }
    }

    /// Reads a PKCS #8 structure; nil for another algorithm. Of a key with both seed and expanded form, the two must fit together; one
    /// without its seed cannot be used.
    init?(pkcs8: [UInt8]) throws {
        let structure = "private key"
        var reader = try TLV(pkcs8, structure, rules: .ber).sequence(structure)
        _ = try reader.take(.integer, "version").smallInteger(structure)
        var algorithm = try reader.sequence("algorithm")
        let oid = try algorithm.oid("algorithm")
        guard oid == OIDs.mldsa65 || oid == OIDs.mldsa87 else { return nil }
        try algorithm.finish()
        let contents = try reader.take(.octetString, "key").octets(structure)
        let choice = try TLV(contents, structure, rules: .ber)
        if choice.tag == .sequence {
            var both = try choice.sequence(structure)
            let seed = try both.take(.octetString, "seed").octets(structure)
            let expanded = try both.take(.octetString, "expanded key").octets(structure)
            try both.finish()
            try self.init(oid, seed: seed)
            guard expanded.count == expandedCount, expanded.starts(with: publicBytes.prefix(32)),
                Array(expanded.dropFirst(64).prefix(64)) == Self.shake256(publicBytes, count: 64)
            else { throw KeyFailure(reason: "the seed and the expanded form of the ML-DSA key are of two keys") }
            return
        }
        guard choice.tag == .context(0) else {
            throw KeyFailure(reason: "an ML-DSA key without its seed cannot be used: export it again, with the seed")
        }
        try self.init(oid, seed: choice.octets(structure, tag: .context(0)))
    }

    private init(_ oid: OID, seed: [UInt8]) throws {
        guard seed.count == 32 else { throw KeyFailure(reason: "the seed of an ML-DSA key has 32 bytes") }
        self =
            oid == OIDs.mldsa65
            ? .mldsa65(try .init(seedRepresentation: seed, publicKey: nil)) : .mldsa87(try .init(seedRepresentation: seed, publicKey: nil))
    }

    /// The seed form.
    var pkcs8: [UInt8] {
        let (oid, seed): (OID, Data) =
            switch self {
            case .mldsa65(let key): (OIDs.mldsa65, key.seedRepresentation)
            case .mldsa87(let key): (OIDs.mldsa87, key.seedRepresentation)
            }
        return DERBytes.sequence(
            DERBytes.integer(0), DERBytes.sequence(oid.der), DERBytes.octetString(DERBytes.implicit(0, [UInt8](seed))))
    }

    func publicKey() throws -> SubjectPublicKeyInfo {
        switch self {
        case .mldsa65: try .plain(OIDs.mldsa65, publicBytes)
        case .mldsa87: try .plain(OIDs.mldsa87, publicBytes)
        }
    }

    func sign(_ message: [UInt8]) throws -> [UInt8] {
        switch self {
        case .mldsa65(let key): Array(try key.signature(for: message))
        case .mldsa87(let key): Array(try key.signature(for: message))
        }
    }

    private var publicBytes: [UInt8] {
        switch self {
        case .mldsa65(let key): [UInt8](key.publicKey.rawRepresentation)
        case .mldsa87(let key): [UInt8](key.publicKey.rawRepresentation)
        }
    }

    private var expandedCount: Int {
        switch self {
        case .mldsa65: 4032
        case .mldsa87: 4896
        }
    }

    /// The third part of the expanded form is this over the public key (FIPS 204, algorithm 6).
    private static func shake256(_ bytes: [UInt8], count: Int) -> [UInt8]? {
        defer { ERR_clear_error() }
        guard let context = EVP_MD_CTX_new() else { return nil }
        defer { EVP_MD_CTX_free(context) }
        var digest = [UInt8](repeating: 0, count: count)
        guard EVP_DigestInit_ex(context, EVP_shake256(), nil) == 1, EVP_DigestUpdate(context, bytes, bytes.count) == 1,
            EVP_DigestFinalXOF(context, &digest, count) == 1
        else { return nil }
        return digest
    }
}
