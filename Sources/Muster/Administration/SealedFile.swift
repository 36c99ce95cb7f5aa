import Crypto
import Foundation
import SigningKeys

/// A file under a passphrase: AES-256-GCM in parts of 1 MiB under a key by scrypt, each part bound to its place and the last one to being
/// the last. Nobody without the passphrase reads, changes, reorders or shortens it.
enum SealedFile {
    private static let magic = Data("muster-sealed-1\n".utf8)
    private static let partLength = 1 << 20
    private static let tagLength = 16

    static func isSealed(_ path: String) -> Bool {
        guard let handle = FileHandle(forReadingAtPath: path) else { return false }
        defer { try? handle.close() }
        return (try? handle.read(upToCount: magic.count)) == magic
    }

    /// Seals `source` into a new file of mode 0600.
    static func seal(_ source: String, to target: String, passphrase: String) throws {
        let salt = SymmetricKey(size: .bits128).withUnsafeBytes { Data($0) }
        let key = try PassphraseKey.derive(passphrase, salt: [UInt8](salt))
        try copy(source, to: target, partLength: partLength, prefix: magic + salt, skipping: 0) { part, number, isLast in
            let box = try AES.GCM.seal(part, using: key, nonce: nonce(number), authenticating: place(number, isLast))
            return box.ciphertext + box.tag
        }
    }

    /// - Throws: `CommandFailure` for a wrong passphrase or an altered file.
    static func open(_ source: String, to target: String, passphrase: String) throws {
        guard let head = FileHandle(forReadingAtPath: source) else { throw CommandFailure("\(source) cannot be read") }
        defer { try? head.close() }
        let headLength = magic.count + PassphraseKey.saltLength
        guard let bytes = try head.read(upToCount: headLength), bytes.count == headLength, bytes.starts(with: magic) else {
            throw CommandFailure("\(source) is no encrypted backup")
        }
        let key = try PassphraseKey.derive(passphrase, salt: [UInt8](bytes.dropFirst(magic.count)))
        try copy(source, to: target, partLength: partLength + tagLength, prefix: Data(), skipping: headLength) { part, number, isLast in
            guard part.count >= tagLength,
                let box = try? AES.GCM.SealedBox(nonce: nonce(number), ciphertext: part.dropLast(tagLength), tag: part.suffix(tagLength)),
                let opened = try? AES.GCM.open(box, using: key, authenticating: place(number, isLast))
            else { throw CommandFailure("\(source) cannot be opened: wrong passphrase, or the file was altered or cut off") }
            return opened
        }
    }

    private static func copy(
        _ source: String, to target: String, partLength: Int, prefix: Data, skipping offset: Int,
        _ change: (Data, UInt64, _ isLast: Bool) throws -> Data
    ) throws {
        guard let input = FileHandle(forReadingAtPath: source) else { throw CommandFailure("\(source) cannot be read") }
        defer { try? input.close() }
        let descriptor = Foundation.open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw CommandFailure("\(target): \(String(cString: strerror(errno)))") }
        let output = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try input.seek(toOffset: UInt64(offset))
            try output.write(contentsOf: prefix)
            var number: UInt64 = 0
            var part = try input.read(upToCount: partLength) ?? Data()
            while true {
                let next = try input.read(upToCount: partLength) ?? Data()
                try output.write(contentsOf: change(part, number, next.isEmpty))
                if next.isEmpty { break }
                part = next
                number += 1
            }
            try output.synchronize()
        } catch {
            unlink(target)
            throw error
        }
    }

    /// A key is used for one file alone: its parts may count their nonces.
    private static func nonce(_ number: UInt64) throws -> AES.GCM.Nonce {
        try AES.GCM.Nonce(data: Data(count: 4) + withUnsafeBytes(of: number.bigEndian) { Data($0) })
    }

    private static func place(_ number: UInt64, _ isLast: Bool) -> Data {
        withUnsafeBytes(of: number.bigEndian) { Data($0) } + [isLast ? 1 : 0]
    }
}
