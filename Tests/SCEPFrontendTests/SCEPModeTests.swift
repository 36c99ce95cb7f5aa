import EnrollmentCore
import Foundation
import PKIFormats
import SCEPWire
import SigningKeys
import Testing

@Suite("SCEP before CAs of every kind of key")
struct SCEPModeTests {
    @Test(
        "An issuing CA of any kind of key enrolls and renews behind an RSA RA",
        arguments: [KeyAlgorithm.p384, .rsa2048, .ed25519, .mldsa65, .mldsa87])
    func issuingKeys(_ algorithm: KeyAlgorithm) async throws {
        let server = try await SCEPTestServer(issuingKey: .generate(algorithm))
        let enrolled = try await server.enrolled(SCEPEnrollmentTests.client(0))
        #expect(enrolled.signer.isSigned(by: server.issuer.publicKey))
        let next = try await SCEPEnrollmentTests.client(1)
        let renewed = try await server.exchange(enrolled.message(next.csr().der, type: "17", to: server.ra)).certificates(for: enrolled)
        #expect(renewed.first?.isSigned(by: server.issuer.publicKey) == true)
    }

    @Test(
        "A CA's key opens messages and signs replies only where its certificate was made for that, and nothing that could be a certificate")
    func caMode() async throws {
        let key = try #require(SCEPTestClient.keys.first)
        func authority(_ usage: KeyUsage, _ key: SoftwareKey) async throws -> Authority {
            let name = DistinguishedName(commonName: "CA")
            let start = Date(timeIntervalSince1970: 1_760_000_000)
            let bytes = TBSCertificate(
                serialNumber: [1], signatureAlgorithm: key.defaultAlgorithm, issuer: name,
                validity: Validity(notBefore: start, notAfter: start.addingTimeInterval(86_400)), subject: name, publicKey: key.publicKey,
                extensions: [Extensions.basicConstraints(isCA: true), Extensions.keyUsage(usage)]
            ).encoded()
            let certificate = try await Certificate(toBeSigned: bytes, algorithm: key.defaultAlgorithm, signature: key.sign(bytes))
            return Authority(
                identity: AuthorityIdentity(
                    authority: "ca", subject: name, publicKey: key.publicKey, certificate: certificate, baseURL: "http://ca.test"), key: key
            )
        }
        #expect(try await authority([.keyCertSign, .cRLSign], key).caModeKey == nil)
        #expect(try await authority([.keyCertSign, .digitalSignature], key).caModeKey == nil)
        #expect(try await authority([.keyCertSign, .digitalSignature, .keyEncipherment], .generate(.p256)).caModeKey == nil)
        let made = try #require(try await authority([.keyCertSign, .digitalSignature, .keyEncipherment], key).caModeKey)
        let envelope = try CMSEnvelopedData.encrypt([1, 2, 3], to: made.certificate, cipher: .aes128CBC, keyTransport: .rsaPKCS1)
        #expect(try await made.decrypt(enveloped: envelope) == [1, 2, 3])
        _ = try await made.sign(attributes: [0x31, 0], algorithm: .rsaSHA256)
        await #expect(throws: FormatError.self) { _ = try await made.sign(attributes: made.certificate.toBeSigned, algorithm: .rsaSHA256) }
    }
}
