import Foundation
import TestSupport
import Testing

extension InteropTests {
    @Suite("What serve prints")
    struct PrintedCommands {
        /// The commands that the lab server printed when it started, in the order of the protocols.
        private static func commands(_ server: MusterServer) -> [String] {
            server.log.split(separator: "\n").compactMap { line in
                let text = line.trimmingCharacters(in: .whitespaces)
                return text.hasPrefix("try ") ? text.dropFirst(4).trimmingCharacters(in: .whitespaces) : nil
            }
        }

        @Test("A client command is printed for every protocol, and each works as printed", arguments: 0..<5)
        func commandsWork(_ number: Int) async throws {
            let server = try OneServer.current
            let commands = Self.commands(server)
            try #require(commands.count == 5, "\(server.log)")
            let folder = try TemporaryDirectory()
            let result = try await http01Port.hold { try await Command.run("bash", ["-c", commands[number]], in: folder.path) }
            #expect(result.succeeded, "\(commands[number])\n\(result.text)\n\(result.errorText)")
            let isEnrolled = result.text.contains("subject=CN = ") && result.text.contains("notAfter=")
            #expect(isEnrolled || result.text.contains("<commonName>windows-computer"), "\(result.text)")
        }

        @Test("The fingerprints of the root are printed")
        func fingerprints() async throws {
            let server = try OneServer.current
            for digest in ["-sha256", "-sha1"] {
                let fingerprint = try await OpenSSL.field("-fingerprint", digest, of: server.root).split(separator: "=").last.map(
                    String.init)
                #expect(server.log.uppercased().contains(try #require(fingerprint)), "\(server.log)")
            }
        }
    }
}
