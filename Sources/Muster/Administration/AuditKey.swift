import Foundation
import PKIFormats
import SigningKeys

/// The key that signs the audit log, and nothing else. Its public half lies in the CA's directory, to be copied to whoever checks the log.
enum AuditKey {
    /// Makes the key where there has never been one.
    static func open(_ keys: KeyDirectory, _ directory: DataDirectory, passphrase: String) throws -> SoftwareKey {
        let name = KeyDirectory.Name.audit
        let wasMade = FileManager.default.fileExists(atPath: directory.auditKey)
        if !FileManager.default.fileExists(atPath: keys.file(name)) {
            guard !wasMade else {
                throw CommandFailure(
                    "the audit key \(keys.file(name)) is missing: restore it, or move \(directory.auditKey) away to have a new one made")
            }
            try keys.store(try SoftwareKey.generate(.p256), as: name, passphrase: passphrase)
        }
        let key = try keys.loadSoftware(name, passphrase: passphrase)
        let pem = PEM.encode(label: "PUBLIC KEY", key.publicKey.der)
        if wasMade {
            guard try String(contentsOfFile: directory.auditKey, encoding: .utf8) == pem else {
                throw CommandFailure("\(directory.auditKey) is not the public half of \(keys.file(name))")
            }
        } else {
            try PrivateFile.create(directory.auditKey, pem, readers: .everybody)
        }
        return key
    }
}
