import Foundation
import PKIFormats
import SigningKeys
import TestSupport
import Testing

/// The examples that RFC 9881 publishes (Tests/Fixtures/rfc9881).
@Suite("Certificates of RFC 9881")
struct LatticeVectorTests {
    private func text(_ name: String) throws -> String {
        try String(contentsOfFile: Repository.file("Tests/Fixtures/rfc9881/\(name).pem"), encoding: .utf8)
    }

    @Test(
        "They are read, their signatures verify, and we write their keys in the same bytes",
        arguments: [("ML-DSA-65", OIDs.mldsa65, KeyKind.mldsa65), ("ML-DSA-87", OIDs.mldsa87, .mldsa87)])
    func published(_ name: String, _ oid: OID, _ kind: KeyKind) throws {
        let certificate = try Certificate(pem: text(name))
        #expect("\(certificate.subject)".contains("LAMPS WG") && certificate.isSelfSigned)
        #expect(certificate.basicConstraints?.isCA == true && certificate.keyUsage == [.keyCertSign, .cRLSign])
        let key = certificate.publicKey
        #expect(try key.validatedKind() == kind)
        #expect(try SubjectPublicKeyInfo.plain(oid, key.keyBytes) == key)
        // PKCS #8 with the seed alone (RFC 9881 §6).
        let seed = DERBytes.sequence(
            DERBytes.integer(0), DERBytes.sequence(oid.der), DERBytes.octetString(DERBytes.implicit(0, [UInt8](0..<32))))
        #expect(try SoftwareKey(pem: PEM.encode(label: "PRIVATE KEY", seed)).publicKey == key)

        let algorithm = certificate.signatureAlgorithm
        #expect(try Certificate(toBeSigned: certificate.toBeSigned, algorithm: algorithm, signature: certificate.signature) == certificate)
        for position in [0, certificate.signature.count / 2] {
            var broken = certificate.signature
            broken[position] ^= 1
            #expect(!key.isValidSignature(broken, over: certificate.toBeSigned, algorithm: algorithm))
        }
        #expect(!key.isValidSignature(certificate.signature, over: certificate.toBeSigned + [0], algorithm: algorithm))
    }

    @Test("ML-DSA-44, which we do not have, is refused as unknown")
    func unknown() throws {
        #expect(throws: FormatError.self) { try Certificate(pem: text("ML-DSA-44")) }
        // Its key is the first SEQUENCE of 1,330 bytes in it.
        let body = try text("ML-DSA-44").split(separator: "\n").filter { !$0.hasPrefix("-----") }.joined()
        let der = [UInt8](try #require(Data(base64Encoded: body)))
        let start = try #require(der.indices.first { der[$0...].starts(with: [0x30, 0x82, 0x05, 0x32]) })
        let key = try SubjectPublicKeyInfo(der: Array(der[start..<start + 4 + 0x532]))
        #expect(key.kind == .unsupported([2, 16, 840, 1, 101, 3, 4, 3, 17]))
        #expect(throws: FormatError.self) { try key.validatedKind() }
        #expect(!key.isValidSignature([1], over: [2], algorithm: .mldsa65))
    }
}
