import Foundation
import PKIFormats

/// Whether the keys can be decrypted and belong to the certificates.
struct KeyChecks {
    let keys: KeyDirectory
    let passphrase: String

    func findings(_ expected: [Diagnose.KeyCheck]) -> [Finding] { expected.map(finding) }

    private func finding(_ expected: Diagnose.KeyCheck) -> Finding {
        let file = keys.file(expected.keyName)
        if expected.isRoot, access(file, F_OK) != 0 {
            return Finding(.fine, "the root's key is not here: bring it back for `muster crl publish --root`")
        }
        do {
            let key = try keys.load(expected.keyName, passphrase: passphrase)
            guard key.publicKey.keyIdentifier.hex == expected.keyIdentifier else {
                return Finding(.problem, "the key \(file) does not belong to its certificate")
            }
            return Finding(.fine, "the key \(expected.keyName) can be decrypted and belongs to its certificate")
        } catch {
            return Finding(.problem, AdminMessage.describe(error))
        }
    }
}
