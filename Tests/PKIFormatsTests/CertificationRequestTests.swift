import Foundation
import PKIFormats
import SigningKeys
import TestSupport
import Testing

@Suite("Certification requests")
struct CertificationRequestTests {
    typealias Attributes = [(oid: OID, values: [[UInt8]])]

    /// A signed request of our own writing.
    static func request(
        _ attributes: Attributes, kind: String = "p256", subject: DistinguishedName = DistinguishedName(commonName: "d.test")
    ) async throws -> CertificationRequest {
        let key = try await Lab.shared.key(kind)
        let info = CertificationRequest.toBeSigned(subject: subject, publicKey: key.publicKey, attributes: attributes)
        return try CertificationRequest(info: info, algorithm: key.defaultAlgorithm, signature: try await key.sign(info))
    }

    @Test("Requests of openssl are read and prove possession", arguments: Lab.kinds)
    func foreign(kind: String) async throws {
        let lab = try await Lab.shared
        let text = try await lab.openssl(
            "req -new -key \(kind).key -subj /O=Lab/CN=device-1.test -addext subjectAltName=DNS:device-1.test,IP:192.0.2.7 -addext keyUsage=digitalSignature -addext 1.3.6.1.4.1.311.20.2=ASN1:BMPSTRING:Device"
        ).text
        let request = try CertificationRequest(pem: text)
        #expect(request.isSelfSignatureValid)
        #expect(request.subject.description == "CN=device-1.test,O=Lab")
        #expect(request.subjectAlternativeNames == [.dns("device-1.test"), .ip([192, 0, 2, 7])])
        #expect(request.requestedExtensions.map(\.oid) == [OIDs.subjectAlternativeName, OIDs.keyUsage, OIDs.microsoftTemplateName])
        #expect(request.templateName == "Device")
        #expect(try request.challengePassword == nil)
        #expect(request.publicKey == (try lab.certificate(kind).publicKey))
        #expect(try CertificationRequest(pem: request.pem).der == request.der)
    }

    @Test("openssl reads our requests and finds their signature good", arguments: Lab.kinds)
    func ours(kind: String) async throws {
        let lab = try await Lab.shared
        let request = try await Self.request(
            [
                RequestAttribute.extensionRequest([Extensions.subjectAlternativeName([.dns("a.test")])]),
                RequestAttribute.challengePassword("pässword"),
            ], kind: kind)
        let result = try await lab.openssl("req -verify -noout -text", input: Array(request.pem.utf8))
        #expect(result.errorText.contains("verify OK"))
        #expect(result.text.contains("DNS:a.test"))
        #expect(try request.challengePassword == "pässword")
    }

    @Test("A request without attributes, and one without the field for them, are read")
    func noAttributes() async throws {
        #expect(try await Self.request([]).attributes.isEmpty)
        let key = try await Lab.shared.key("p256")
        let info = DERBytes.sequence(DERBytes.integer(0), DistinguishedName.empty.der, key.publicKey.der)
        let request = try CertificationRequest(info: info, algorithm: .ecdsaSHA256, signature: try await key.sign(info))
        #expect(request.isSelfSignatureValid)
        #expect(request.attributes.isEmpty)
    }

    @Test("strongSwan's unsorted attributes are accepted, and its signature holds")
    func strongSwan() throws {
        let bytes = [UInt8](
            try Data(contentsOf: URL(fileURLWithPath: Repository.file("Tests/Fixtures/strongswan/unsorted-attributes.der"))))
        let request = try CertificationRequest(der: bytes)
        #expect(request.isSelfSignatureValid)
        #expect(request.subjectAlternativeNames == [.dns("device-1.test"), .ip([192, 0, 2, 7])])
        #expect(try request.challengePassword == "secret")
        #expect(request.templateName == "server")
    }

    @Test("A Windows request is read, template and all")
    func windows() throws {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: Repository.file("Tests/Fixtures/windows-cmc/pkcs10.der"))))
        let request = try CertificationRequest(der: bytes)
        #expect(request.isSelfSignatureValid)
        #expect(request.signatureAlgorithm == .rsaSHA1)
        #expect(request.publicKey.kind == .rsa(bits: 1024, exponent: [1, 0, 1]))
        #expect(request.templateName == "User")
    }

    @Test("Two extensionRequest attributes, and their older twins, are merged")
    func merged() async throws {
        let request = try await Self.request([
            RequestAttribute.extensionRequest([Extensions.subjectAlternativeName([.dns("a.test")])]),
            RequestAttribute.extensionRequest([Extensions.keyUsage(.digitalSignature)]),
            (OIDs.microsoftExtensionRequest, [CertificateExtension.encodeAll([Extensions.extendedKeyUsage([OIDs.clientAuth])])]),
            (OIDs.verisignExtensionRequest, [CertificateExtension.encodeAll([Extensions.basicConstraints(isCA: false)])]),
        ])
        #expect(request.isSelfSignatureValid)
        #expect(
            Set(request.requestedExtensions.map(\.oid)) == [
                OIDs.subjectAlternativeName, OIDs.keyUsage, OIDs.extendedKeyUsage, OIDs.basicConstraints,
            ])
        #expect(request.subjectAlternativeNames == [.dns("a.test")])
    }

    @Test("An extension that occurs twice is refused, in one attribute or in two")
    func duplicates() async throws {
        let names = Extensions.subjectAlternativeName([.dns("a.test")])
        let attributes: [Attributes] = [
            [RequestAttribute.extensionRequest([names, names])],
            [
                RequestAttribute.extensionRequest([names]),
                RequestAttribute.extensionRequest([Extensions.subjectAlternativeName([.dns("b.test")])]),
            ],
            [RequestAttribute.extensionRequest([names]), (OIDs.microsoftExtensionRequest, [CertificateExtension.encodeAll([names])])],
            [(OIDs.extensionRequest, [])],
            [(OIDs.extensionRequest, [CertificateExtension.encodeAll([]), CertificateExtension.encodeAll([names])])],
        ]
        for attributes in attributes { await #expect(throws: FormatError.self) { try await Self.request(attributes) } }
    }

    @Test("The challenge may be of any string type, but only one")
    func challenges() async throws {
        for (value, expected) in [
            (DERBytes.utf8String("ä"), "ä"), (DERBytes.printableString("a"), "a"), (DERBytes.ia5String("a@b"), "a@b"),
            (DERBytes.element(0x14, [0xE4]), "ä"),
            (DERBytes.bmpString("ä€"), "ä€"),
            (DERBytes.utf8String(String(repeating: "x", count: 9000)), String(repeating: "x", count: 9000)),
        ] {
            #expect(try await Self.request([(OIDs.challengePassword, [value])]).challengePassword == expected)
        }
        let bad: [Attributes] = [
            [(OIDs.challengePassword, [])], [(OIDs.challengePassword, [DERBytes.integer(1)])],
            [(OIDs.challengePassword, [DERBytes.utf8String("a"), DERBytes.utf8String("b")])],
            [RequestAttribute.challengePassword("a"), RequestAttribute.challengePassword("b")],
            [(OIDs.challengePassword, [DERBytes.utf8String(String(repeating: "x", count: 20_000))])],
        ]
        for attributes in bad {
            let request = try await Self.request(attributes)
            #expect(throws: FormatError.self) { try request.challengePassword }
        }
    }

    @Test("The template name is read from extension and attribute, as BMPString and UTF8String")
    func templateNames() async throws {
        #expect(
            try await Self.request([RequestAttribute.extensionRequest([Extensions.microsoftTemplateName("Device")])]).templateName
                == "Device")
        #expect(try await Self.request([(OIDs.microsoftTemplateName, [DERBytes.utf8String("Device")])]).templateName == "Device")
        #expect(try await Self.request([(OIDs.microsoftTemplateName, [DERBytes.integer(1)])]).templateName == nil)
        #expect(try await Self.request([]).templateName == nil)
    }

    @Test("A request in BER is read, and checked over its own bytes")
    func ber() async throws {
        let key = try await Lab.shared.key("p256")
        let definite = CertificationRequest.toBeSigned(subject: DistinguishedName(commonName: "d"), publicKey: key.publicKey)
        let header = try #require([UInt8](hex: "3080"))
        let info = header + definite.dropFirst(definite[1] < 0x80 ? 2 : 3) + [0, 0]
        let signature = try await key.sign(info)
        let request = try CertificationRequest(
            der: header + info + SignatureAlgorithm.ecdsaSHA256.algorithmIdentifier + DERBytes.bitString(signature) + [0, 0])
        #expect(request.info == info)
        #expect(request.isSelfSignatureValid)
    }

    @Test("A request of someone else's key does not prove possession")
    func stolen() async throws {
        let lab = try await Lab.shared
        let info = CertificationRequest.toBeSigned(subject: .empty, publicKey: try lab.certificate("p384").publicKey)
        let request = try CertificationRequest(info: info, algorithm: .ecdsaSHA256, signature: try await lab.key("p256").sign(info))
        #expect(!request.isSelfSignatureValid)
        #expect(ProvenRequest(request, under: VerificationKey(request.publicKey)) == nil)
        #expect(ProvenRequest(request, under: VerificationKey(try lab.key("p256").publicKey)) == nil, "the key of the signature alone")
    }

    @Test("A request counts as proven under its own key alone", arguments: Lab.kinds)
    func proven(kind: String) async throws {
        let lab = try await Lab.shared
        let key = try lab.key(kind)
        let info = CertificationRequest.toBeSigned(subject: .empty, publicKey: key.publicKey)
        let request = try CertificationRequest(info: info, algorithm: key.defaultAlgorithm, signature: try await key.sign(info))
        for other in Lab.kinds {
            let proven = ProvenRequest(request, under: VerificationKey(try lab.certificate(other).publicKey))
            #expect((proven?.request.der == request.der) == (other == kind), "\(other)")
        }
        var signature = request.signature
        signature[signature.count - 1] ^= 1
        let spoilt = try CertificationRequest(info: info, algorithm: key.defaultAlgorithm, signature: signature)
        #expect(ProvenRequest(spoilt, under: VerificationKey(key.publicKey)) == nil)
    }

    @Test("Bounds hold: size, names, extensions, attributes, a trailing byte")
    func bounds() async throws {
        let names = Extensions.subjectAlternativeName([GeneralName](repeating: .dns("a"), count: 101))
        let many = (0..<65).map { CertificateExtension(oid: [1, 2, 3, UInt($0)], value: []) }
        let big = CertificateExtension(oid: [1, 2, 3], value: [UInt8](repeating: 0, count: 66_000))
        for extensions in [[names], many, [big]] {
            await #expect(throws: FormatError.self) { try await Self.request([RequestAttribute.extensionRequest(extensions)]) }
        }
        await #expect(throws: FormatError.self) { try await Self.request((0..<65).map { ([1, 2, 3, UInt($0)], [[5, 0]]) }) }
        let request = try await Self.request([])
        #expect(throws: FormatError.self) { try CertificationRequest(der: request.der + [0]) }
        #expect(throws: FormatError.self) { try CertificationRequest(pem: request.pem + request.pem) }
        #expect(throws: FormatError.self) { try CertificationRequest(pem: "") }
        #expect(try CertificationRequest(pem: request.pem.replacingOccurrences(of: "CERT", with: "NEW CERT")).der == request.der)
    }
}
