import Foundation
import PKIFormats
import SigningKeys
import TestSupport
import Testing

/// Hostile bytes may be refused or read, but must never end the process.
@Suite("Robustness")
struct RobustnessTests {
    /// Reads the bytes as `kind` and asks everything of the result that needs no key.
    static func read(_ kind: String, _ bytes: [UInt8]) throws {
        switch kind {
        case "certificate":
            let certificate = try Certificate(der: bytes)
            _ = (
                certificate.description, certificate.subject.commonName, certificate.serialHex,
                certificate.subjectAlternativeNames.map(\.description)
            )
            _ = certificate.subject.matches(certificate.issuer)
        case "request":
            let request = try CertificationRequest(der: bytes)
            _ = (request.subject.description, request.templateName, try? request.challengePassword, request.publicKey.kind.description)
        case "list":
            let list = try CertificateRevocationList(der: bytes)
            _ = (list.issuer.description, list.number, list.entry(for: [1]))
        case "ocsp request": _ = try OCSPRequest(der: bytes)
        case "ocsp response": _ = try OCSPResponse(der: bytes)
        case "signed", "streamed":
            let message = try CMSSignedData(ber: bytes)
            for signer in message.signerInfos { _ = (message.signer(of: signer), signer.identifier.description) }
        default:
            let message = try CMSEnvelopedData(ber: bytes)
            _ = message.recipients.map(\.description)
        }
    }

    static let kinds = ["certificate", "request", "list", "ocsp request", "ocsp response", "signed", "streamed", "enveloped"]

    static func sample(_ kind: String) async throws -> [UInt8] {
        let lab = try await Lab.shared
        let key = try lab.key("p256")
        let certificate = try lab.certificate("p256")
        let now = RevocationTests.now
        switch kind {
        case "certificate":
            return try await lab.issue(
                [Extensions.subjectAlternativeName(NameTests.names)], subject: certificate.subject, key: certificate.publicKey
            ).der
        case "request":
            return try await CertificationRequestTests.request([
                RequestAttribute.extensionRequest([
                    Extensions.subjectAlternativeName(NameTests.names), Extensions.microsoftTemplateName("x"),
                ]),
                RequestAttribute.challengePassword("secret"),
            ]).der
        case "list":
            return try await RevocationTests.list(
                "p256", [RevokedEntry(serialNumber: [1], revocationDate: now, reason: .superseded, invalidityDate: now)]
            ).der
        case "ocsp request", "ocsp response":
            let id = OCSPCertID(hash: .sha256, issuerName: certificate.subject, issuerKey: certificate.publicKey, serialNumber: [1])
            guard kind == "ocsp response" else { return OCSPRequest.encode([id], nonce: [1, 2]) }
            let data = OCSPResponse.responseData(
                responderKeyHash: [1], producedAt: now,
                responses: [.init(certID: id, status: .revoked(now, .superseded), thisUpdate: now, nextUpdate: now)],
                nonce: [1])
            return OCSPResponse.successful(
                responseData: data, algorithm: .ecdsaSHA256, signature: try await key.sign(data), certificates: [certificate])
        case "signed": return try await SignedDataTests.ours("p256")
        case "streamed": return try await SignedDataTests.foreign("p256", "-stream")
        default: return try CMSEnvelopedData.encrypt([1, 2, 3], to: lab.certificate("rsa"))
        }
    }

    @Test("A whole sample of each kind is read", arguments: kinds)
    func whole(kind: String) async throws {
        try Self.read(kind, try await Self.sample(kind))
    }

    @Test("Every proper prefix is refused", arguments: kinds)
    func prefixes(kind: String) async throws {
        let bytes = try await Self.sample(kind)
        for count in 0..<bytes.count {
            #expect(throws: FormatError.self) { try Self.read(kind, Array(bytes.prefix(count))) }
        }
    }

    @Test("Every mutation of a single byte is refused or read", arguments: kinds)
    func mutations(kind: String) async throws {
        let bytes = try await Self.sample(kind)
        for position in bytes.indices {
            for value in [bytes[position] ^ 0x01, bytes[position] ^ 0x20, 0x80, 0xFF] {
                var mutant = bytes
                mutant[position] = value
                do { try Self.read(kind, mutant) } catch { #expect(error is FormatError) }
            }
        }
    }

    @Test("Removed and doubled bytes are refused or read", arguments: kinds)
    func shifts(kind: String) async throws {
        let bytes = try await Self.sample(kind)
        for position in bytes.indices {
            for mutant in [Array(bytes[..<position] + bytes[(position + 1)...]), Array(bytes[...position] + bytes[position...])] {
                do { try Self.read(kind, mutant) } catch { #expect(error is FormatError) }
            }
        }
    }

    @Test("Random bytes and deep nesting are refused", arguments: kinds)
    func noise(kind: String) {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            let bytes =
                [0x30, UInt8.random(in: 0...255, using: &generator)]
                + (0..<Int.random(in: 0...200)).map { _ in UInt8.random(in: 0...255, using: &generator) }
            do { try Self.read(kind, bytes) } catch { #expect(error is FormatError) }
        }
        for unit: [UInt8] in [[0x30, 0x80], [0xA0, 0x80], [0x24, 0x80], [0x31, 0x80]] {
            #expect(throws: FormatError.self) { try Self.read(kind, [UInt8]([[UInt8]](repeating: unit, count: 8000).joined())) }
        }
        for tag: [UInt8] in [
            [0x1F], [0x1F, 0x80], [0x1F, 0x1E], [0x3F] + [UInt8](repeating: 0xFF, count: 20),
            [0xBF] + [UInt8](repeating: 0xFF, count: 8) + [0x7F], [0, 0],
        ] {
            #expect(throws: FormatError.self) { try Self.read(kind, DERBytes.sequence(tag + [0])) }
            #expect(throws: FormatError.self) { try Self.read(kind, tag + [0]) }
        }
        for oid: [UInt8] in [
            [], [0x80, 1], [0xFF, 0xFF], [UInt8](repeating: 0xFF, count: 12) + [0x7F], [UInt8](repeating: 0x01, count: 100),
        ] {
            #expect(throws: FormatError.self) {
                try Self.read(kind, DERBytes.sequence(DERBytes.element(0x06, oid), DERBytes.explicit(0, DERBytes.sequence())))
            }
        }
        #expect(throws: FormatError.self) { try Self.read(kind, [0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF]) }
        #expect(throws: FormatError.self) { try Self.read(kind, [0x30, 0x88] + [UInt8](repeating: 0xFF, count: 8)) }
        #expect(throws: FormatError.self) { try Self.read(kind, [UInt8](repeating: 0x30, count: 2 << 20)) }
    }

    @Test("Broken envelopes never trouble the decryption")
    func decryption() async throws {
        let lab = try await Lab.shared
        let bytes = try CMSEnvelopedData.encrypt([1, 2, 3], to: lab.certificate("rsa"))
        let key = try lab.key("rsa")
        for position in stride(from: 0, to: bytes.count, by: 3) {
            var mutant = bytes
            mutant[position] ^= 0x21
            do { _ = try await key.decrypt(enveloped: mutant, recipient: lab.certificate("rsa")) } catch { #expect(error is KeyFailure) }
        }
    }
}
