import Foundation

/// EST by curl and openssl.
package struct ESTClient {
    package let server: MusterServer
    package let url: String

    package init(_ server: MusterServer) throws {
        self.server = server
        url = try server.facts.endpoint("est").url
    }

    /// The user and password of the lab, as curl takes them.
    package var basic: [String] {
        get throws {
            let endpoint = try server.facts.endpoint("est")
            return ["--user", "\(endpoint.username ?? ""):\(endpoint.password ?? "")"]
        }
    }

    /// Sends one request and returns the status code with the body.
    package func send(
        _ path: String, body: String? = nil, type: String = "application/pkcs10", options: [String]
    ) async throws -> (status: Int, body: String) {
        var arguments = ["--silent", "--show-error", "--cacert", server.root, "--max-time", "30", "--write-out", "\\n%{http_code}"]
        if let body { arguments += ["--header", "Content-Type: \(type)", "--data-binary", "@\(body)"] }
        let text = try await Command.run("curl", arguments + options + ["\(url)/\(path)"]).checked().text
        let end = text.lastIndex(of: "\n") ?? text.endIndex
        return (Int(text[end...].dropFirst()) ?? 0, String(text[..<end]))
    }

    /// Enrolls a PEM request with HTTP Basic and returns the certificates of the answer, in PEM.
    package func enroll(_ request: String, in folder: TemporaryDirectory) async throws -> String {
        try await enroll("simpleenroll", request, in: folder, options: basic)
    }

    /// Enrolls a PEM request and returns the certificates of the answer, in PEM.
    package func enroll(_ operation: String, _ request: String, in folder: TemporaryDirectory, options: [String]) async throws -> String {
        let answer = try await send(operation, body: try await base64(request, in: folder), options: options)
        guard answer.status == 200 else { throw CommandFailure("\(operation): \(answer.status) \(answer.body)") }
        return try await certificates(answer.body)
    }

    /// The request in base64 of its DER, in a file.
    package func base64(_ request: String, in folder: TemporaryDirectory) async throws -> String {
        let der = try await Command.run("openssl", ["req", "-in", request, "-outform", "DER"]).checked().stdout
        return try folder.write("request-\(UUID().uuidString).b64", Data(der).base64EncodedString())
    }

    /// The certificates of a certs-only answer, in PEM.
    package func certificates(_ body: String) async throws -> String {
        guard let der = Data(base64Encoded: body, options: .ignoreUnknownCharacters) else { throw CommandFailure("no base64: \(body)") }
        return try await Command.run("openssl", ["pkcs7", "-inform", "DER", "-print_certs"], input: [UInt8](der)).checked().text
    }
}
