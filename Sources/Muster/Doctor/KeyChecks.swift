import Foundation
import PKIFormats
import SigningKeys

/// Whether the keys can be had, belong to the certificates, and sign where they are in a token.
struct KeyChecks {
    let keys: KeyDirectory
    let passphrase: String

    func findings(_ expected: [Diagnose.KeyCheck]) async -> [Finding] {
        var findings: [Finding] = []
        for check in expected { findings.append(await finding(check)) }
        return findings
    }

    private func finding(_ expected: Diagnose.KeyCheck) async -> Finding {
        let file = keys.file(expected.keyName)
        if expected.isRoot, access(file, F_OK) != 0 {
            return Finding(.fine, "the root's key is not here: bring it back for `muster crl publish --root`")
        }
        do {
            let isInToken = try keys.reference(expected.keyName) != nil
            let key = try keys.load(expected.keyName, passphrase: passphrase)
            guard key.publicKey.keyIdentifier.hex == expected.keyIdentifier else {
                return Finding(.problem, "the key \(file) does not belong to its certificate")
            }
            guard isInToken else {
                return Finding(.fine, "the key \(expected.keyName) can be decrypted and belongs to its certificate")
            }
            let message = Array("muster doctor".utf8)
            guard key.publicKey.isValidSignature(try await key.sign(message), over: message, algorithm: key.defaultAlgorithm) else {
                return Finding(.problem, "the key \(expected.keyName) makes signatures that do not verify: look at the token")
            }
            return Finding(.fine, "the key \(expected.keyName) is in its token, signs, and belongs to its certificate")
        } catch {
            return Finding(.problem, AdminMessage.describe(error))
        }
    }
}
