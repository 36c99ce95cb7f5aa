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

    @OptionGroup var own: OwnKeyOptions

    @Option(name: .customLong("tls-key-uri"), help: ArgumentHelp("The TLS server's P-256 or P-384 key in a token.", valueName: "uri"))
    var tlsServer: String?

    /// By the names of the key directory.
    func references() throws -> [String: PKCS11URI] {
        var references: [String: PKCS11URI] = [:]
        for (name, text) in [
            (KeyDirectory.Name.root, root), (KeyDirectory.Name.issuing, issuing),
            (KeyDirectory.Name.registrationAuthority, own.registrationAuthority), (KeyDirectory.Name.ocspResponder, own.ocspResponder),
            (KeyDirectory.Name.tlsServer, tlsServer),
        ] {
            guard let text else { continue }
            references[name] = try .kept(text, as: name)
        }
        return references
    }
}
