import Foundation
import PKIFormats
import SigningKeys
import TestSupport
import Testing

@Suite("CMS EnvelopedData")
struct EnvelopedDataTests {
    static let content = Array("a request\r\n".utf8) + [UInt8](0...255)
    static let ciphers: [(ContentCipher, String)] = [
        (.aes128CBC, "-aes128"), (.aes192CBC, "-aes192"), (.aes256CBC, "-aes256"), (.desEDE3CBC, "-des3"),
    ]
    static let transports: [KeyTransport] = [.rsaPKCS1, .rsaOAEP(.sha1), .rsaOAEP(.sha256), .rsaOAEP(.sha384), .rsaOAEP(.sha512)]

    @Test("openssl and our key open our messages, in every cipher and key transport", arguments: ciphers.map(\.0), transports)
    func ours(cipher: ContentCipher, transport: KeyTransport) async throws {
        let lab = try await Lab.shared
        let recipient = try lab.certificate("rsa")
        let bytes = try CMSEnvelopedData.encrypt(Self.content, to: recipient, cipher: cipher, keyTransport: transport)
        let message = try CMSEnvelopedData(ber: bytes)
        #expect(message.contentCipher == cipher)
        #expect(message.recipients.map(\.keyTransport) == [transport])
        #expect(message.recipients.allSatisfy { $0.names(recipient) })
        #expect(message.recipients.allSatisfy { !$0.names((try? lab.certificate("p256")) ?? recipient) })
        #expect(
            try await lab.openssl("cms -decrypt -inform DER -recip rsa.pem -inkey rsa.key -binary", input: bytes).stdout == Self.content)
        #expect(try await lab.key("rsa").decrypt(enveloped: bytes, recipient: recipient) == Self.content)
    }

    @Test(
        "Messages of openssl are read and opened, streamed ones too", arguments: ciphers.map(\.1),
        ["", "-stream", "-keyid", "-keyopt rsa_padding_mode:oaep", "-keyopt rsa_padding_mode:oaep -keyopt rsa_oaep_md:sha256"])
    func foreign(cipher: String, options: String) async throws {
        let lab = try await Lab.shared
        let recipient = try lab.certificate("rsa")
        let bytes = try await lab.openssl(
            "cms -encrypt -binary -outform DER \(cipher) \(options.contains("oaep") ? "" : options) -recip rsa.pem \(options.contains("oaep") ? options : "")",
            input: Self.content
        ).stdout
        let message = try CMSEnvelopedData(ber: bytes)
        #expect(message.contentCipher == Self.ciphers.first { $0.1 == cipher }?.0)
        #expect(message.recipients.count == 1)
        #expect(message.recipients.allSatisfy { $0.names(recipient) })
        #expect(
            message.recipients.first?.keyTransport
                == (options.contains("sha256") ? .rsaOAEP(.sha256) : options.contains("oaep") ? .rsaOAEP(.sha1) : .rsaPKCS1))
        #expect(try await lab.key("rsa").decrypt(enveloped: bytes, recipient: recipient) == Self.content)
        if options == "-stream" { #expect(bytes[1] == 0x80) }
    }

    @Test("Empty and large contents come back")
    func sizes() async throws {
        let lab = try await Lab.shared
        let recipient = try lab.certificate("rsa")
        for size in [0, 1, 15, 16, 17, 500_000] {
            let content = [UInt8](repeating: 0x5A, count: size)
            let bytes = try CMSEnvelopedData.encrypt(content, to: recipient)
            #expect(try await lab.key("rsa").decrypt(enveloped: bytes, recipient: recipient) == content)
        }
    }

    @Test("Every message is encrypted under its own key and vector")
    func fresh() async throws {
        let recipient = try await Lab.shared.certificate("rsa")
        let messages = try (0..<20).map { _ in try CMSEnvelopedData.encrypt([1], to: recipient) }
        #expect(Set(messages).count == 20)
        #expect(Set(messages.map { $0.suffix(16) }).count == 20)
    }

    @Test("Only an RSA key receives, and only ciphers worth the name are written")
    func refused() async throws {
        let lab = try await Lab.shared
        #expect(throws: FormatError.self) { try CMSEnvelopedData.encrypt([1], to: lab.certificate("p256")) }
        let numbers = try #require(lab.certificate("rsa").publicKey.rsa)
        let another = VerificationKey(try .rsa(modulus: numbers.modulus, exponent: [3]))
        #expect(throws: FormatError.self, "a key that is not the recipient's") {
            try CMSEnvelopedData.encrypt([1], to: lab.certificate("rsa"), another, cipher: .aes128CBC, keyTransport: .rsaPKCS1)
        }
        #expect(throws: FormatError.self) { try CMSEnvelopedData.encrypt([1], to: lab.certificate("rsa"), cipher: .desCBC) }
        #expect(throws: FormatError.self) { try CMSEnvelopedData.encrypt([1], to: lab.certificate("rsa"), cipher: .other([1, 2, 3])) }
        await #expect(throws: KeyFailure.self) {
            try await lab.key("p256").decrypt(
                enveloped: CMSEnvelopedData.encrypt([1], to: lab.certificate("rsa")), recipient: lab.certificate("rsa"))
        }
    }

    @Test("Single DES is recognised, so that it can be refused by name")
    func singleDES() async throws {
        let recipient = try await Lab.shared.certificate("rsa")
        let bytes = try CMSEnvelopedData.encrypt([1], to: recipient, cipher: .aes128CBC)
        let position = try #require(bytes.indices.first { Array(bytes[$0...].prefix(11)) == OIDs.aes128CBC.der })
        let altered = Array(bytes[..<position]) + OIDs.desCBC.der + bytes[(position + 11)...]
        // The three enclosing lengths are of two or more bytes; rebuild instead of patching them.
        #expect(throws: FormatError.self) { try CMSEnvelopedData(ber: altered) }
        #expect(OIDs.desCBC.der.hex == "06052b0e030207")
    }

    @Test("Whatever is broken, decryption fails alike or gives bytes without meaning")
    func uniform() async throws {
        let lab = try await Lab.shared
        let recipient = try lab.certificate("rsa")
        let key = try lab.key("rsa")
        let bytes = try CMSEnvelopedData.encrypt(Self.content, to: recipient)
        let message = try CMSEnvelopedData(ber: bytes)
        let secret = try #require(message.recipients.first?.encryptedKey)
        let start = try #require(bytes.indices.first { bytes[$0...].starts(with: secret) })
        var failures: Set<String> = []
        for position in [start, start + 100, start + secret.count - 1, bytes.count - 20, bytes.count - 1] {
            var broken = bytes
            broken[position] ^= 0x55
            do {
                #expect(try await key.decrypt(enveloped: broken, recipient: recipient) != Self.content)
            } catch {
                failures.insert("\(error)")
            }
        }
        for other in [[], [0x30, 0], try await SignedDataTests.ours("rsa"), Array(bytes.dropLast())] {
            do {
                _ = try await key.decrypt(enveloped: other, recipient: recipient)
                Issue.record("opened")
            } catch {
                failures.insert("\(error)")
            }
        }
        #expect(failures == ["the message cannot be decrypted"])
    }
}
