import Foundation

/// A TLS certificate chain and its key that an administrator keeps in files.
struct CertificateFiles: Sendable {
    let certificate: String
    let key: String

    init(_ files: Configuration.ServerCertificate, in directory: DataDirectory) {
        certificate = directory.file(files.certificate)
        key = directory.file(files.key)
    }

    /// Both PEM texts.
    func read() throws -> (chain: String, key: String) { (try Self.contents(certificate), try Self.contents(key)) }

    /// Changes when either file is replaced or written.
    var version: [Date] {
        [certificate, key].map { (try? FileManager.default.attributesOfItem(atPath: $0))?[.modificationDate] as? Date ?? .distantPast }
    }

    private static func contents(_ path: String) throws -> String {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { throw CommandFailure("\(path) cannot be read") }
        return text
    }
}
