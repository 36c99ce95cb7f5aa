import Foundation
import SigningKeys
import Synchronization

/// The key directory, open: for a server, and for commands that sign.
final class KeyVault: Sendable {
    let directory: KeyDirectory
    private let passphrase: String
    private let kept = Mutex<[String: any SigningKey]>([:])

    init(_ directory: KeyDirectory, passphrase: String) {
        self.directory = directory
        self.passphrase = passphrase
    }

    /// Whether there is a key of this name.
    func holds(_ name: String) -> Bool {
        kept.withLock { $0[name] != nil } || FileManager.default.fileExists(atPath: directory.file(name))
    }

    /// A key for one purpose: it goes with the value.
    func load(_ name: String) throws -> any SigningKey { try directory.load(name, passphrase: passphrase) }

    /// A key that is needed again and again: it stays in memory, should its file go away.
    func keep(_ name: String) throws -> any SigningKey {
        if let key = kept.withLock({ $0[name] }) { return key }
        let key = try load(name)
        kept.withLock { $0[name] = key }
        return key
    }

    /// The same for the key of a registration authority.
    func keepDecrypting(_ name: String) throws -> any DecryptingKey {
        try Self.decrypting(keep(name), name)
    }

    /// - Throws: for a key that no registration authority can have.
    static func decrypting(_ key: any SigningKey, _ name: String) throws -> any DecryptingKey {
        guard key.publicKey.kind.isRSA, let key = key as? any DecryptingKey else {
            throw CommandFailure("the key \(name) cannot decrypt: a registration authority needs an RSA key")
        }
        return key
    }

    func store(_ key: SoftwareKey, as name: String) throws { try directory.store(key, as: name, passphrase: passphrase) }

    /// The same for a key that an interruption may have left here already.
    func bring(_ key: SoftwareKey, as name: String) throws {
        if holds(name) { try checkHolds(key, name) } else { try store(key, as: name) }
    }

    private func checkHolds(_ key: any SigningKey, _ name: String) throws {
        guard try load(name).publicKey == key.publicKey else {
            throw CommandFailure("\(directory.file(name)) holds another key: move it away")
        }
    }

    /// The same for a key in a token, which stays there: its place is kept.
    func refer(_ key: any SigningKey, at reference: PKCS11URI, as name: String) throws {
        if holds(name) { try checkHolds(key, name) } else { try directory.store(reference, as: name) }
    }
}
