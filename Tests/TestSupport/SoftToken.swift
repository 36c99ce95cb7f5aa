import Foundation

/// A token of SoftHSM in a directory of its own.
package struct SoftToken: Sendable {
    package static let module = "/usr/lib/softhsm/libsofthsm2.so"
    package static let pin = "567890"

    package let directory: TemporaryDirectory
    /// What a process needs to see the token.
    package let environment: [String: String]

    package init() async throws {
        directory = try TemporaryDirectory()
        let tokens = directory.path("tokens")
        try FileManager.default.createDirectory(atPath: tokens, withIntermediateDirectories: true)
        let configuration = try directory.write(
            "softhsm2.conf", "directories.tokendir = \(tokens)\nobjectstore.backend = file\nlog.level = ERROR\n")
        environment = ["SOFTHSM2_CONF": configuration]
        try directory.write("pin", Self.pin + "\n")
        try directory.write("wrong-pin", "000000\n")
        try await Command.run(
            "softhsm2-util", ["--init-token", "--free", "--label", "lab", "--so-pin", "1234567", "--pin", Self.pin],
            environment: environment
        ).checked()
    }

    /// Has the token make a key pair; `type` as pkcs11-tool names it, such as `EC:prime256v1` or `rsa:2048`.
    package func generate(_ label: String, type: String) async throws {
        let usage = type.hasPrefix("rsa") ? ["--usage-sign", "--usage-decrypt"] : ["--usage-sign"]
        try await Command.run(
            "pkcs11-tool",
            [
                "--module", Self.module, "--token-label", "lab", "--login", "--pin", Self.pin, "--keypairgen", "--key-type", type,
                "--label", label,
            ]
                + usage, environment: environment
        ).checked()
    }

    /// Brings a private key, PKCS #8 PEM without a passphrase, into the token.
    package func bring(_ file: String, as label: String, id: String) async throws {
        try await Command.run(
            "softhsm2-util", ["--import", file, "--token", "lab", "--label", label, "--id", id, "--pin", Self.pin],
            environment: environment
        ).checked()
    }

    /// - Parameter pinFile: a file of the token's directory; nil leaves the PIN to be told otherwise.
    package func uri(_ label: String, pinFile: String? = "pin") -> String {
        let source = pinFile.map { "&pin-source=file:\(directory.path($0))" } ?? ""
        return "pkcs11:token=lab;object=\(label)?module-path=\(Self.module)\(source)"
    }
}
