import Foundation
import SigningKeys
import Testing

@Suite("Password hashes")
struct PasswordHashTests {
    @Test("A password verifies against its own hash and no other")
    func roundTrip() throws {
        let stored = try PasswordHash.make("correct horse")
        #expect(stored.hasPrefix("scrypt$32768$8$1$"))
        #expect(PasswordHash.verify("correct horse", stored))
        #expect(!PasswordHash.verify("correct horse ", stored))
        #expect(!PasswordHash.verify("", stored))
        #expect(try PasswordHash.make("correct horse") != stored)
    }

    @Test("The hash is scrypt as RFC 7914 §12 computes it")
    func vector() throws {
        let salt = Data("SodiumChloride".utf8).base64EncodedString()
        let hash =
            "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887"
        let bytes = Data(stride(from: 0, to: hash.count, by: 2).compactMap { UInt8(hash.dropFirst($0).prefix(2), radix: 16) })
        #expect(PasswordHash.verify("pleaseletmein", "scrypt$16384$8$1$\(salt)$\(bytes.base64EncodedString())"))
    }

    @Test(
        "A stored text that cannot be read, or costs too much, verifies nothing",
        arguments: [
            "", "scrypt", "scrypt$16384$8$1$AAAA", "bcrypt$16384$8$1$AAAA$AAAAAAAAAAAAAAAAAAAAAA==",
            "scrypt$x$8$1$AAAA$AAAAAAAAAAAAAAAAAAAAAA==",
            "scrypt$1048576$32$1$AAAA$AAAAAAAAAAAAAAAAAAAAAA==", "scrypt$0$8$1$AAAA$AAAAAAAAAAAAAAAAAAAAAA==",
            "scrypt$16383$8$1$AAAA$AAAAAAAAAAAAAAAAAAAAAA==", "scrypt$16384$8$99$AAAA$AAAAAAAAAAAAAAAAAAAAAA==", "scrypt$16384$8$1$AAAA$",
            "scrypt$16384$8$1$*$AAAAAAAAAAAAAAAAAAAAAA==",
        ])
    func unreadable(stored: String) {
        #expect(!PasswordHash.verify("", stored))
    }

    @Test("Long and unusual passwords work")
    func passwords() throws {
        for password in ["", "pässword 😀", String(repeating: "x", count: 5000), "a\0b"] {
            let stored = try PasswordHash.make(password)
            #expect(PasswordHash.verify(password, stored))
            #expect(!PasswordHash.verify(password + "x", stored))
        }
    }
}
