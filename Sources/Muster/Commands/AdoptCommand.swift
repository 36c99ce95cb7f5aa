import ArgumentParser
import Foundation

/// `muster ca adopt NAME`
struct AdoptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adopt", abstract: "Take over an existing CA: its key, its certificates, its revocations.",
        discussion: """
            What it issued becomes searchable and revocable here and is answered for by OCSP; its CRL goes on with higher numbers. Stop the
            former CA first. Afterwards have the CRL and OCSP addresses in its certificates lead here. A takeover that was cut off is
            simply repeated.

            --issued names a directory of `openssl ca` (index.txt, newcerts), any other directory of PEM files, or one file.
            """)

    @Argument(help: "What the CA is called here: lowercase letters, digits and hyphens.") var name: String
    @Option(help: ArgumentHelp("Its key: PEM, encrypted or not, or PKCS #12.", valueName: "file")) var key: String?
    @Option(help: ArgumentHelp("Where in a token its key is, instead of --key (see `muster init --help`).", valueName: "uri")) var keyUri:
        String?
    @Option(help: ArgumentHelp("A file whose first line is the passphrase of that key.", valueName: "file")) var keyPassphraseFile: String?
    @Option(help: ArgumentHelp("PEM: its certificate and those above it up to the root.", valueName: "file")) var chain: String
    @Option(help: ArgumentHelp("The certificates that it issued.", valueName: "path")) var issued: String?
    @Option(help: ArgumentHelp("Its current CRL: PEM or DER.", valueName: "file")) var crl: String?
    @Option(help: ArgumentHelp("The endpoint where holders of its certificates may renew them.", valueName: "name")) var endpoint: String?
    @Option(help: ArgumentHelp("The template that renewals stay with.", valueName: "name")) var template: String?
    @OptionGroup var location: LocationOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (key == nil) != (keyUri == nil) else { throw ValidationError("give the CA's key: either --key or --key-uri") }
    }

    func run() async throws {
        let passphrase = try keyPassphraseFile.map { path in
            String(String(decoding: try InputFile.read(path), as: UTF8.self).prefix { !$0.isNewline })
        }
        let estate = try issued.map(Self.read) ?? (certificates: [], index: "")
        let reply = try await location.perform(
            AdoptAuthority(
                name: name, key: try key.map(InputFile.read), keyPassphrase: passphrase, keyURI: keyUri,
                chain: String(decoding: try InputFile.read(chain), as: UTF8.self),
                issued: estate.certificates, index: estate.index, list: try crl.map(InputFile.read), endpoint: endpoint ?? "",
                template: template ?? ""))
        try output.print(reply) {
            var lines = ["\(reply.certificates) certificates and \(reply.revocations) revocations taken over"]
            if reply.unknownRevoked > 0 {
                lines.append("\(reply.unknownRevoked) revoked serial numbers without a certificate stay in the CRL")
            }
            if reply.foreign > 0 { lines.append("\(reply.foreign) certificates of other CAs left out") }
            return (lines + [AuthorityTable.render(reply.authorities)]).joined(separator: "\n")
        }
    }

    /// All PEM certificates of a file or a directory, and the index of `openssl ca` where there is one.
    private static func read(_ path: String) throws -> (certificates: [String], index: String) {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else { throw CommandFailure("\(path) is missing") }
        guard isDirectory.boolValue else { return (blocks(String(decoding: try InputFile.read(path), as: UTF8.self)), "") }
        let folder = URL(fileURLWithPath: path)
        var certificates: [String] = []
        for place in [folder, folder.appendingPathComponent("newcerts"), folder.appendingPathComponent("certs")] {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: place.path)) ?? []
            for name in names.sorted() where [".pem", ".crt", ".cer"].contains(where: name.lowercased().hasSuffix) {
                certificates += blocks(String(decoding: try InputFile.read(place.appendingPathComponent(name).path), as: UTF8.self))
            }
        }
        let index = folder.appendingPathComponent("index.txt").path
        let entries = FileManager.default.fileExists(atPath: index) ? String(decoding: try InputFile.read(index), as: UTF8.self) : ""
        return (certificates, entries)
    }

    /// Each PEM certificate of a text.
    private static func blocks(_ text: String) -> [String] {
        let (begin, end) = ("-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----")
        return text.components(separatedBy: begin).dropFirst().compactMap { part in
            part.range(of: end).map { "\(begin)\(part[..<$0.upperBound])\n" }
        }
    }
}
