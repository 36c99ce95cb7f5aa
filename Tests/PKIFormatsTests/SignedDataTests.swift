import Foundation
import PKIFormats
import SigningKeys
import TestSupport
import Testing

@Suite("CMS SignedData")
struct SignedDataTests {
    static let content = Array("the content\r\nin two lines".utf8)

    /// Signs with openssl and gives the message in DER or, streamed, in BER.
    static func foreign(_ kind: String, _ options: String = "") async throws -> [UInt8] {
        try await Lab.shared.openssl(
            "cms -sign -binary -nodetach -signer \(kind).pem -inkey \(kind).key -outform DER \(options)", input: content
        ).stdout
    }

    /// Signs with our own writer.
    static func ours(
        _ kind: String, content: [UInt8]? = content, type: OID = OIDs.data, digest: HashAlgorithm = .sha256, extra: [(OID, [UInt8])] = []
    ) async throws -> [UInt8] {
        let lab = try await Lab.shared
        let key = try lab.key(kind)
        let signer = try lab.certificate(kind)
        let attributes = CMSSignedData.signedAttributes(
            contentType: type, messageDigest: digest.digest(content ?? []), signingTime: Date(), extra: extra)
        let algorithm: SignatureAlgorithm = kind == "rsa" ? .rsa(digest) : kind == "ed25519" ? .ed25519 : .ecdsa(digest)
        return CMSSignedData.assemble(
            content: content, contentType: type, digest: digest, signedAttributes: attributes, signer: signer,
            signature: try await key.sign(attributes, algorithm: algorithm), certificates: [signer])
    }

    @Test(
        "Messages of openssl are read and verify",
        arguments: ["rsa", "p256", "p384", "p521"],
        ["", "-stream", "-keyid", "-noattr", "-md sha1", "-md sha384", "-md sha512", "-nosmimecap"])
    func foreign(kind: String, options: String) async throws {
        let lab = try await Lab.shared
        let message = try CMSSignedData(ber: try await Self.foreign(kind, options))
        #expect(message.content == Self.content)
        #expect(message.contentType == OIDs.data)
        #expect(message.certificates == [try lab.certificate(kind)])
        let signer = try #require(message.signerInfos.first)
        #expect(message.signerInfos.count == 1)
        #expect(message.signer(of: signer) == (try lab.certificate(kind)))
        #expect(message.verify(signer, try lab.certificate(kind)))
        for other in Lab.kinds where other != kind { #expect(!message.verify(signer, try lab.certificate(other))) }
        #expect(signer.signedAttributes.isEmpty == (options == "-noattr"))
    }

    @Test("A PSS signature of openssl verifies")
    func pss() async throws {
        let message = try CMSSignedData(ber: try await Self.foreign("rsa", "-keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:-1"))
        let signer = try #require(message.signerInfos.first)
        #expect(signer.signatureAlgorithm == .rsaPSS(.sha256))
        #expect(message.verify(signer, try await Lab.shared.certificate("rsa")))
    }

    @Test("Two signers are told apart by what they are named, not by position")
    func twoSigners() async throws {
        let lab = try await Lab.shared
        let bytes = try await lab.openssl(
            "cms -sign -binary -nodetach -signer rsa.pem -inkey rsa.key -signer p256.pem -inkey p256.key -outform DER", input: Self.content
        ).stdout
        let message = try CMSSignedData(ber: bytes)
        #expect(message.signerInfos.count == 2)
        for signer in message.signerInfos {
            let certificate = try #require(message.signer(of: signer))
            #expect(message.verify(signer, certificate))
            #expect(certificate.publicKey.kind.isRSA == (signer.signatureAlgorithm == .rsaSHA256))
        }
    }

    @Test("A detached message has no content and does not verify without it")
    func detached() async throws {
        let lab = try await Lab.shared
        let bytes = try await lab.openssl("cms -sign -binary -signer rsa.pem -inkey rsa.key -outform DER", input: Self.content).stdout
        let message = try CMSSignedData(ber: bytes)
        #expect(message.content == nil)
        #expect(!message.verify(try #require(message.signerInfos.first), try lab.certificate("rsa")))
    }

    @Test("openssl verifies our messages", arguments: ["rsa", "p256", "p384", "p521"], [HashAlgorithm.sha256, .sha384, .sha512])
    func ours(kind: String, digest: HashAlgorithm) async throws {
        let lab = try await Lab.shared
        let bytes = try await Self.ours(kind, digest: digest, extra: [([2, 16, 840, 1, 113733, 1, 9, 2], DERBytes.printableString("3"))])
        let file = try lab.directory.write("signed-\(kind)-\(digest).der", bytes)
        let result = try await lab.openssl("cms -verify -binary -inform DER -in \(file) -CAfile \(kind).pem -purpose any")
        #expect(result.stdout == Self.content)
        let message = try CMSSignedData(ber: bytes)
        let signer = try #require(message.signerInfos.first)
        #expect(message.verify(signer, try lab.certificate(kind)))
        #expect(signer.values([2, 16, 840, 1, 113733, 1, 9, 2]) == [DERBytes.printableString("3")])
    }

    @Test("The signature algorithm of an RSA signer is rsaEncryption, for strongSwan")
    func rsaEncryption() async throws {
        let lab = try await Lab.shared
        let file = try lab.directory.write("rsaEncryption.der", try await Self.ours("rsa"))
        let text = try await lab.openssl("cms -cmsout -print -inform DER -in \(file)").text
        #expect(
            text.replacingOccurrences(of: " ", with: "").contains(
                "signatureAlgorithm:\nalgorithm:rsaEncryption(1.2.840.113549.1.1.1)\nparameter:NULL"))
    }

    @Test("Empty and absent content are told apart, and both verify")
    func emptyContent() async throws {
        let lab = try await Lab.shared
        let empty = try CMSSignedData(ber: try await Self.ours("rsa", content: []))
        #expect(empty.content == [])
        let absent = try CMSSignedData(ber: try await Self.ours("rsa", content: nil))
        #expect(absent.content == nil)
        for message in [empty, absent] { #expect(message.verify(try #require(message.signerInfos.first), try lab.certificate("rsa"))) }
        let file = try lab.directory.write("empty.der", try await Self.ours("rsa", content: []))
        try await lab.openssl("cms -verify -binary -inform DER -in \(file) -CAfile rsa.pem -purpose any")
    }

    @Test("Another content type raises the version, and the signed content type must be the same")
    func contentTypes() async throws {
        let lab = try await Lab.shared
        let type: OID = [1, 3, 6, 1, 5, 5, 7, 12, 2]
        let message = try CMSSignedData(ber: try await Self.ours("p256", type: type))
        #expect(message.contentType == type)
        #expect(message.verify(try #require(message.signerInfos.first), try lab.certificate("p256")))
        let attributes = CMSSignedData.signedAttributes(
            contentType: OIDs.data, messageDigest: HashAlgorithm.sha256.digest([1]), signingTime: nil)
        let signer = try lab.certificate("p256")
        let lying = try CMSSignedData(
            ber: CMSSignedData.assemble(
                content: [1], contentType: type, digest: .sha256, signedAttributes: attributes, signer: signer,
                signature: try await lab.key("p256").sign(attributes), certificates: [signer]))
        #expect(!lying.verify(try #require(lying.signerInfos.first), signer))
    }

    @Test("Attributes sent in another order verify, whichever order was signed")
    func unsorted() async throws {
        let lab = try await Lab.shared
        let signer = try lab.certificate("p256")
        let sorted = CMSSignedData.signedAttributes(
            contentType: OIDs.data, messageDigest: HashAlgorithm.sha256.digest(Self.content), signingTime: Date())
        let parts = try TLV(sorted, "attributes").elements("attributes", limit: 8).map(\.raw)
        let reversed = DERBytes.setInOrder(parts.reversed())
        #expect(reversed != sorted)
        for signed in [sorted, reversed] {
            let message = try CMSSignedData(
                ber: CMSSignedData.assemble(
                    content: Self.content, contentType: OIDs.data, digest: .sha256, signedAttributes: reversed, signer: signer,
                    signature: try await lab.key("p256").sign(signed), certificates: [signer]))
            #expect(message.verify(try #require(message.signerInfos.first), signer))
        }
    }

    @Test("A changed content, digest or attribute does not verify")
    func tampered() async throws {
        let lab = try await Lab.shared
        let signer = try lab.certificate("p256")
        let key = try lab.key("p256")
        let good = CMSSignedData.signedAttributes(contentType: OIDs.data, messageDigest: HashAlgorithm.sha256.digest([1]), signingTime: nil)
        let signature = try await key.sign(good)
        func message(_ content: [UInt8], _ attributes: [UInt8], _ signature: [UInt8]) throws -> Bool {
            let message = try CMSSignedData(
                ber: CMSSignedData.assemble(
                    content: content, contentType: OIDs.data, digest: .sha256, signedAttributes: attributes, signer: signer,
                    signature: signature,
                    certificates: []))
            return message.verify(try #require(message.signerInfos.first), signer)
        }
        #expect(try message([1], good, signature))
        #expect(try !message([2], good, signature))
        let other = CMSSignedData.signedAttributes(
            contentType: OIDs.data, messageDigest: HashAlgorithm.sha256.digest([2]), signingTime: nil)
        #expect(try !message([2], other, signature))
        // The signed attributes given out as content without attributes: the confusion that RFC 5652 leaves open for id-data.
        #expect(try !message(good, [], signature))
        #expect(try await message([0x31], [], key.sign([0x31])))
        let twice = DERBytes.setInOrder(try TLV(good, "attributes").elements("attributes", limit: 8).flatMap { [$0.raw, $0.raw] })
        #expect(try await !message([1], twice, key.sign(twice)))
        let none = DERBytes.setInOrder([DERBytes.sequence(OIDs.contentType.der, DERBytes.set(of: [OIDs.data.der]))])
        #expect(try await !message([1], none, key.sign(none)))
    }

    @Test("Certificates keep the order they were given, and openssl reads them")
    func degenerate() async throws {
        let lab = try await Lab.shared
        for kinds in [Lab.kinds, Lab.kinds.reversed()] {
            let certificates = try kinds.map { try lab.certificate($0) }
            let bytes = CMSSignedData.degenerate(certificates: certificates)
            let message = try CMSSignedData(ber: bytes)
            #expect(message.certificates == certificates)
            #expect(message.content == nil)
            #expect(message.signerInfos.isEmpty)
            let text = try await lab.openssl("pkcs7 -inform DER -print_certs", input: bytes).text
            #expect(try Certificate.decodePEMBundle(text) == certificates)
        }
    }

    @Test("A list travels in a message without certificates")
    func lists() async throws {
        let lab = try await Lab.shared
        let list = try await RevocationTests.list("p256", [])
        let bytes = CMSSignedData.degenerate(certificates: [], crls: [list.der])
        #expect(try CMSSignedData(ber: bytes).crls == [list.der])
        #expect(try await lab.openssl("pkcs7 -inform DER -print_certs", input: bytes).text.contains("BEGIN X509 CRL"))
    }

    @Test("A Windows message verifies with the key inside it, though it has no certificate")
    func windows() throws {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: Repository.file("Tests/Fixtures/windows-cmc/cmc-new.der"))))
        let message = try CMSSignedData(ber: bytes)
        let signer = try #require(message.signerInfos.first)
        #expect(message.signer(of: signer) == nil)
        let content = try #require(message.content)
        let requests = try TLV(content, "PKIData").elements("PKIData", limit: 4)[1].elements("requests", limit: 4)
        let request = try CertificationRequest(der: try requests[0].elements("request", limit: 2)[1].raw)
        #expect(message.verify(signer, key: request.publicKey))
        #expect(signer.identifier == .keyIdentifier(request.publicKey.keyIdentifier))
        #expect(signer.signatureAlgorithm?.isWeak == true)
    }

    @Test("A Windows renewal is signed by the old certificate, which it encloses")
    func windowsRenewal() throws {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: Repository.file("Tests/Fixtures/windows-cmc/cmc-renewal.der"))))
        let message = try CMSSignedData(ber: bytes)
        #expect(!message.signerInfos.isEmpty)
        for signer in message.signerInfos {
            guard let certificate = message.signer(of: signer) else { continue }
            #expect(message.verify(signer, certificate))
        }
    }

    @Test("Too many certificates or signers, and another type of message, are refused")
    func bounds() async throws {
        let certificate = try await Lab.shared.certificate("p256")
        #expect(throws: FormatError.self) {
            try CMSSignedData(ber: CMSSignedData.degenerate(certificates: [Certificate](repeating: certificate, count: 33)))
        }
        let enveloped = try CMSEnvelopedData.encrypt([1], to: try await Lab.shared.certificate("rsa"))
        #expect(throws: FormatError.self) { try CMSSignedData(ber: enveloped) }
        #expect(throws: FormatError.self) { try CMSSignedData(ber: []) }
    }

    @Test("A certificate that cannot be read is kept as it is")
    func unreadableCertificate() async throws {
        let odd = DERBytes.sequence(DERBytes.integer(1))
        let certificate = try await Lab.shared.certificate("p256")
        let good = CMSSignedData.degenerate(certificates: [certificate])
        let parts = try TLV(good, "message").elements("message", limit: 2)[1].inner("message").elements("message", limit: 8)
        let message = try CMSSignedData(
            ber: DERBytes.sequence(
                OIDs.signedData.der,
                DERBytes.explicit(
                    0,
                    DERBytes.sequence(parts[0].raw, parts[1].raw, parts[2].raw, DERBytes.element(0xA0, odd + certificate.der), parts[4].raw)
                )))
        #expect(message.rawCertificates == [odd, certificate.der])
        #expect(message.certificates == [certificate])
    }
}
