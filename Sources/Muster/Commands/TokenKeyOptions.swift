import ArgumentParser
import SigningKeys

/// Keys that a new CA finds in a hardware security module.
struct TokenKeyOptions: ParsableArguments {
    @Option(
        name: .customLong("root-key-uri"),
        help: ArgumentHelp("The root's key in a token: pkcs11:token=T;object=O?module-path=FILE&pin-source=FILE.", valueName: "uri"))
    var root: String?

    @Option(name: .customLong("ca-key-uri"), help: ArgumentHelp("The issuing CA's key in a token.", valueName: "uri"))
    var issuing: String?

    @Option(name: .customLong("ra-key-uri"), help: ArgumentHelp("The SCEP RA's RSA key in a token.", valueName: "uri"))
    var registrationAuthority: String?

    /// By the names of the key directory. A PIN in the URI is refused: it would be kept in a file beside the data.
    func references() throws -> [String: PKCS11URI] {
        var references: [String: PKCS11URI] = [:]
        for (name, text) in [
            (KeyDirectory.Name.root, root), (KeyDirectory.Name.issuing, issuing),
            (KeyDirectory.Name.registrationAuthority, registrationAuthority),
        ] {
            guard let text else { continue }
            do {
                let reference = try PKCS11URI(text)
                guard !reference.holdsPIN else {
                    throw KeyFailure(reason: "pin-value would be kept: name the PIN's file (pin-source=FILE), or set MUSTER_PKCS11_PIN")
                }
                references[name] = reference
            } catch {
                throw CommandFailure("the key \(name): \(error)")
            }
        }
        return references
    }
}
