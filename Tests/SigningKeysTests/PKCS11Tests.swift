import Foundation
import PKIFormats
import TestSupport
import Testing

@testable import SigningKeys

/// Keys in a SoftHSM token. The module is initialised once a process, so that one token serves the suite.
@Suite("Keys in a token", .serialized, .timeLimit(.minutes(2)))
struct PKCS11Tests {
    private static let made = Task {
        let token = try await SoftToken()
        for (label, type) in [("p256", "EC:prime256v1"), ("p384", "EC:secp384r1"), ("rsa", "rsa:2048")] {
            try await token.generate(label, type: type)
        }
        for (name, value) in token.environment { setenv(name, value, 1) }
        return token
    }

    private func key(_ label: String) async throws -> PKCS11Key { try PKCS11Key(PKCS11URI(try await Self.made.value.uri(label))) }

    @Test("Signatures of the token verify under the public key that it tells", arguments: ["p256", "p384", "rsa"])
    func signatures(label: String) async throws {
        let key = try await key(label)
        let message = Array("to be signed".utf8)
        for hash: HashAlgorithm in [.sha256, .sha384, .sha512] {
            let algorithm: SignatureAlgorithm = label == "rsa" ? .rsa(hash) : .ecdsa(hash)
            let signature = try await key.sign(message, algorithm: algorithm)
            #expect(key.publicKey.isValidSignature(signature, over: message, algorithm: algorithm))
        }
        await #expect(throws: KeyFailure.self) { try await key.sign(message, algorithm: .ed25519) }
        // More at once than there are sessions.
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<24 {
                group.addTask {
                    let text = Array("message \(number)".utf8)
                    return key.publicKey.isValidSignature(try await key.sign(text), over: text, algorithm: key.defaultAlgorithm)
                }
            }
            for try await isValid in group { #expect(isValid) }
        }
    }

    @Test("A key that the token makes for us signs, and never leaves it")
    func making() async throws {
        let token = try await Self.made.value
        for (label, algorithm): (String, KeyAlgorithm) in [("made-p384", .p384), ("made-p521", .p521), ("made-rsa", .rsa2048)] {
            let uri = try PKCS11URI(token.uri(label))
            let key = try TokenKeyMaker(uri).make(algorithm, decrypts: algorithm == .rsa2048)
            let message = Array("to be signed".utf8)
            let signature = try await key.sign(message)
            #expect(key.publicKey.isValidSignature(signature, over: message, algorithm: key.defaultAlgorithm))
            #expect(throws: KeyFailure.self, "the label is taken") { try TokenKeyMaker(uri).make(algorithm, decrypts: false) }
            if algorithm == .rsa2048 {
                let sealed = try CMSEnvelopedData.encrypt([1, 2, 3], to: try await certificate(key))
                #expect(try await key.decrypt(enveloped: sealed, recipient: try await certificate(key)) == [1, 2, 3])
            }
        }
        let listed = try await Command.run(
            "pkcs11-tool",
            [
                "--module", SoftToken.module, "--token-label", "lab", "--login", "--pin", SoftToken.pin, "--list-objects", "--type",
                "privkey",
            ],
            environment: token.environment
        ).checked().text
        let made = try #require(listed.components(separatedBy: "Private Key Object").first { $0.contains("made-p384") })
        #expect(made.contains("never extractable") && made.contains("sensitive"), "\(made)")
        for (algorithm, decrypts): (KeyAlgorithm, Bool) in [(.ed25519, false), (.mldsa65, false), (.p256, true)] {
            #expect(throws: KeyFailure.self) { try TokenKeyMaker(PKCS11URI(token.uri("odd"))).make(algorithm, decrypts: decrypts) }
        }
    }

    @Test("A session that the token has forgotten is opened anew")
    func lostSession() async throws {
        let key = try await key("p256")
        let uri = try PKCS11URI(try await Self.made.value.uri("p256"))
        let module = try CryptokiModule.at(SoftToken.module)
        #expect(module.functions.C_CloseAllSessions(try module.slot(of: uri)) == 0)
        let message = Array("after the break".utf8)
        #expect(key.publicKey.isValidSignature(try await key.sign(message), over: message, algorithm: key.defaultAlgorithm))
    }

    private func certificate(_ key: any SigningKey) async throws -> Certificate {
        let name = DistinguishedName(commonName: "RA")
        let now = Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded(.down))
        let toBeSigned = TBSCertificate(
            serialNumber: [0x11, 0x22], signatureAlgorithm: key.defaultAlgorithm, issuer: name,
            validity: Validity(notBefore: now, notAfter: now.addingTimeInterval(3600)), subject: name, publicKey: key.publicKey,
            extensions: []
        ).encoded()
        return try Certificate(toBeSigned: toBeSigned, algorithm: key.defaultAlgorithm, signature: try await key.sign(toBeSigned))
    }

    @Test("Messages to the token's RSA key are opened, in every cipher", arguments: [KeyTransport.rsaPKCS1, .rsaOAEP(.sha1)])
    func decryption(transport: KeyTransport) async throws {
        let key = try await key("rsa")
        let recipient = try await certificate(key)
        let content = [UInt8]("a request".utf8) + [UInt8](0...255)
        for cipher: ContentCipher in [.aes128CBC, .aes192CBC, .aes256CBC, .desEDE3CBC] {
            let message = try CMSEnvelopedData.encrypt(content, to: recipient, cipher: cipher, keyTransport: transport)
            #expect(try await key.decrypt(enveloped: message, recipient: recipient) == content)
        }
    }

    @Test("A broken key block and a broken content end in the same failure, or in bytes without meaning")
    func brokenMessages() async throws {
        let key = try await key("rsa")
        let recipient = try await certificate(key)
        let content = [UInt8](repeating: 0x41, count: 64)
        let message = try CMSEnvelopedData.encrypt(content, to: recipient)
        let block = try #require(try CMSEnvelopedData(ber: message).recipients.first).encryptedKey
        let start = try #require(message.indices.first { message[$0...].starts(with: block) })
        for position in [start, start + 1, start + 100, message.count - 1] {
            var broken = message
            broken[position] ^= 0x55
            do {
                #expect(try await key.decrypt(enveloped: broken, recipient: recipient) != content)
            } catch {
                #expect(error as? KeyFailure == KeyFailure(reason: "the message cannot be decrypted"))
            }
        }
    }

    @Test("What is not there, or not to be had, is refused with a reason")
    func refusals() async throws {
        let token = try await Self.made.value
        for text in [
            "pkcs11:token=lab", "pkcs11:object=p256", "pkcs11:token=lab;object=p256;unheard=of", "pkcs11:token=lab;object=%zz",
            "pkcs11:token=lab;object=a;object=b", "pkcs11:slot-id=x;object=a", "pkcs11:token=lab;object=a;type=cert", "file:/tmp/key",
            "pkcs11:token=lab;object=p256?pin-value=1",
        ] {
            #expect(throws: KeyFailure.self) { try PKCS11URI(text) }
        }
        #expect(try PKCS11URI("pkcs11:token=a%20b;id=%01%ff;object=k?module-path=/x").id == [1, 255])
        #expect(throws: KeyFailure.self) { try PKCS11Key(PKCS11URI(token.uri("nobody"))) }
        #expect(throws: KeyFailure.self) { try PKCS11Key(PKCS11URI("pkcs11:token=other;object=p256?module-path=\(SoftToken.module)")) }
        #expect(throws: KeyFailure.self) {
            try PKCS11Key(PKCS11URI("pkcs11:token=lab;object=p256?module-path=/bin/sh&pin-source=/dev/null"))
        }
    }
}
