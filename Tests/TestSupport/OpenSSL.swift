import Foundation

/// What the tests ask of the `openssl` command, the second opinion on all that the server makes.
package enum OpenSSL {
    package enum KeyKind: String, CaseIterable {
        case rsa2048, p256
    }

    /// Makes a private key and returns its path.
    package static func key(_ kind: KeyKind, _ path: String) async throws -> String {
        let options =
            switch kind {
            case .rsa2048: ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]
            case .p256: ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]
            }
        try await Command.run("openssl", ["genpkey"] + options + ["-out", path]).checked()
        return path
    }

    /// Makes a PEM certification request whose subject is `CN=name`, with that DNS name, and returns its path.
    ///
    /// - Parameter template: the template hint that Microsoft's clients send (1.3.6.1.4.1.311.20.2).
    package static func request(key: String, name: String, template: String? = nil, _ path: String) async throws -> String {
        var arguments = ["req", "-new", "-key", key, "-subj", "/CN=\(name)", "-addext", "subjectAltName=DNS:\(name)", "-out", path]
        if let template { arguments += ["-addext", "1.3.6.1.4.1.311.20.2=ASN1:BMPSTRING:\(template)"] }
        try await Command.run("openssl", arguments).checked()
        return path
    }

    /// The first certificate of a file, as text, without what differs between two certificates of one plan: serial, instants, signature.
    package static func comparableText(_ certificate: String) async throws -> String {
        try await Command.run(
            "openssl", ["x509", "-in", certificate, "-noout", "-text", "-certopt", "no_serial,no_validity,no_sigdump"]
        ).checked().text
    }

    /// Seconds from notBefore to notAfter.
    package static func lifetime(_ certificate: String) async throws -> TimeInterval {
        let lines = try await field("-startdate", "-enddate", "-dateopt", "iso_8601", of: certificate).split(separator: "\n")
        let instants = lines.compactMap { line in
            line.split(separator: "=").last.flatMap { try? Date(String($0).replacingOccurrences(of: " ", with: "T"), strategy: .iso8601) }
        }
        guard instants.count == 2 else { throw CommandFailure("no validity in \(lines)") }
        return instants[1].timeIntervalSince(instants[0])
    }

    /// The serial number in hexadecimal, lower case.
    package static func serial(_ certificate: String) async throws -> String {
        let line = try await field("-serial", of: certificate)
        return line.split(separator: "=").last.map { $0.lowercased() } ?? ""
    }

    /// What `openssl x509` prints for one option, such as `-subject`.
    package static func field(_ options: String..., of certificate: String) async throws -> String {
        let text = try await Command.run("openssl", ["x509", "-in", certificate, "-noout"] + options).checked().text
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// The certificates of a certs-only message in DER, in order, one PEM file each.
    package static func certificates(inside message: String, to folder: TemporaryDirectory, as prefix: String) async throws -> [String] {
        let printed = try await Command.run("openssl", ["pkcs7", "-inform", "DER", "-in", message, "-print_certs"]).checked().text
        let pieces = printed.components(separatedBy: "-----BEGIN CERTIFICATE-----").dropFirst()
        return try pieces.enumerated().map { index, piece in
            let body = piece.components(separatedBy: "-----END CERTIFICATE-----")[0]
            return try folder.write("\(prefix)-\(index).pem", "-----BEGIN CERTIFICATE-----\(body)-----END CERTIFICATE-----\n")
        }
    }

    /// Verifies a certificate up to the server's root.
    package static func verify(_ certificate: String, of server: MusterServer, _ options: String...) async throws -> CommandResult {
        try await Command.run(
            "openssl", ["verify", "-CAfile", server.root, "-untrusted", server.chain, "-x509_strict"] + options + [certificate])
    }
}
