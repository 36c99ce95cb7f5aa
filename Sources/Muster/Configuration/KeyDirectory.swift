import Foundation
import SigningKeys

/// The private keys of a CA: one file of mode 0600 each, either `NAME.pem`, encrypted PKCS #8, or `NAME.uri`, which says where in a
/// hardware security module the key is (RFC 7512).
struct KeyDirectory: Sendable {
    /// The file names, without `.pem`.
    enum Name {
        static let root = "root"
        static let issuing = "issuing"
        static let registrationAuthority = "scep-ra"
        static let ocspResponder = "ocsp-responder"
        static let tlsServer = "tls-server"
        /// Signs the audit log.
        static let audit = "audit"
        /// Seals the secrets that the database holds.
        static let sealing = "sealing"
    }

    let path: String

    func file(_ name: String) -> String {
        let reference = referenceFile(name)
        return FileManager.default.fileExists(atPath: reference) ? reference : keyFile(name)
    }

    private func keyFile(_ name: String) -> String { URL(fileURLWithPath: path).appendingPathComponent(name + ".pem").path }

    private func referenceFile(_ name: String) -> String { URL(fileURLWithPath: path).appendingPathComponent(name + ".uri").path }

    /// Where in a token the key is; nil for a key in a file.
    func reference(_ name: String) throws -> PKCS11URI? {
        try Self.check(name)
        guard FileManager.default.fileExists(atPath: referenceFile(name)) else { return nil }
        guard let text = try? String(contentsOfFile: referenceFile(name), encoding: .utf8) else {
            throw CommandFailure("\(referenceFile(name)) cannot be read")
        }
        do {
            return try PKCS11URI(text.trimmingCharacters(in: .whitespacesAndNewlines))
        } catch {
            throw CommandFailure("\(referenceFile(name)): \(error)")
        }
    }

    /// Where all the keys in tokens are.
    /// - Parameter name: a key that is not needed.
    func references(but name: String? = nil) throws -> [PKCS11URI] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        let names = files.filter { $0.hasSuffix(".uri") }.map { String($0.dropLast(4)) }.sorted()
        return try names.filter { $0 != name }.compactMap(reference)
    }

    /// A key in a token.
    static func open(_ reference: PKCS11URI, as name: String) throws -> PKCS11Key {
        do {
            return try PKCS11Key(reference)
        } catch {
            throw CommandFailure("the key \(name) (\(reference)): \(error)")
        }
    }

    /// A key to sign with, wherever it lives.
    func load(_ name: String, passphrase: String) throws -> any SigningKey {
        guard let reference = try reference(name) else { return try loadSoftware(name, passphrase: passphrase) }
        return try Self.open(reference, as: name)
    }

    /// What seals the secrets in the database; its key is made when it is first needed.
    func secretBox(purpose: String, passphrase: String) throws -> SecretBox {
        if !FileManager.default.fileExists(atPath: file(Name.sealing)) {
            try store(SoftwareKey.generate(.p256), as: Name.sealing, passphrase: passphrase)
        }
        return try SecretBox(loadSoftware(Name.sealing, passphrase: passphrase), purpose: purpose)
    }

    /// A key that is in a file, whatever its bytes serve.
    func loadSoftware(_ name: String, passphrase: String) throws -> SoftwareKey {
        try Self.check(name)
        guard let pem = try? String(contentsOfFile: keyFile(name), encoding: .utf8) else {
            throw CommandFailure("the key \(keyFile(name)) cannot be read")
        }
        do {
            return try SoftwareKey(encryptedPEM: pem, passphrase: passphrase)
        } catch {
            throw CommandFailure("the key \(file(name)) cannot be decrypted: wrong passphrase, or a damaged file")
        }
    }

    func store(_ key: SoftwareKey, as name: String, passphrase: String) throws {
        try PrivateFile.create(keyFile(name), key.encryptedPEM(passphrase: passphrase))
    }

    /// Keeps where a key is, in place of the key.
    func store(_ reference: PKCS11URI, as name: String) throws {
        try Self.check(name)
        try PrivateFile.create(referenceFile(name), reference.text + "\n")
    }

    private static func check(_ name: String) throws {
        guard !name.isEmpty, name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }) else {
            throw CommandFailure("'\(name)' is not the name of a key")
        }
    }
}
