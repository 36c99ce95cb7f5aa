import Foundation

/// The directory of one CA: which file is called what.
struct DataDirectory: Sendable {
    /// Absolute.
    let path: String

    init(_ path: String) {
        self.path = URL(fileURLWithPath: path).standardizedFileURL.path
    }

    var configurationFile: String { file("muster.yaml") }
    var socket: String { file("muster.sock") }
    var lock: String { file("muster.lock") }
    var labPassphrase: String { file("passphrase") }
    var labCredentials: String { file("lab-credentials.json") }
    /// The root certificate, for trust stores.
    var root: String { file("root.pem") }
    /// The issuing CA's certificate, then the root's.
    var chain: String { file("chain.pem") }
    /// The SCEP RA's certificate.
    var registrationAuthority: String { file("scep-ra.pem") }
    /// The public half of the key that signs the audit log.
    var auditKey: String { file("audit-key.pem") }

    /// The issuing CA's request to a root elsewhere.
    var request: String { file("issuing.csr") }

    /// The kernel bounds the path of a Unix socket.
    func checkSocketPath() throws {
        guard socket.utf8.count < 108 else {
            throw CommandFailure("\(socket) is too long for a Unix socket (107 bytes): choose a directory with a shorter path")
        }
    }

    /// A path of the configuration.
    func file(_ name: String) -> String {
        name.hasPrefix("/") ? name : URL(fileURLWithPath: path).appendingPathComponent(name).path
    }
}
