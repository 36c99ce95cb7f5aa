import ArgumentParser
import Foundation
import PKIFormats
import SigningKeys

/// `muster key generate`
struct KeyGenerateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate", abstract: "Have a hardware security module make a key for a CA or its SCEP RA.",
        discussion: """
            The key is made in the token and cannot leave it. The URI is the one that `muster init --ca-key-uri` and its like take afterwards;
            object= is the new key's label. Prints the public key (PEM). docs/HSM.md has the whole recipe.
            """)

    @Option(
        name: .customLong("pkcs11"), help: ArgumentHelp("pkcs11:token=T;object=O?module-path=FILE&pin-source=file:FILE.", valueName: "uri"))
    var uri: String
    @Option(help: "p256, p384, p521, rsa2048, rsa3072 or rsa4096.") var type: KeyAlgorithm = .p256
    @Flag(help: "The key opens messages too: a SCEP RA's, of RSA.") var decrypts = false

    func run() async throws {
        let publicKey: SubjectPublicKeyInfo
        do {
            let place = try PKCS11URI(uri)
            try TokenPINs.ask(for: [place])
            publicKey = try TokenKeyMaker(place).make(type, decrypts: decrypts).publicKey
        } catch {
            throw CommandFailure("the token made no key: \(error)")
        }
        print(PEM.encode(label: "PUBLIC KEY", publicKey.der), terminator: "")
    }
}
