import Foundation
import TestSupport
import Testing

/// The four protocols, each with the real client that stands for it where only the certificate matters.
enum Door: String, CaseIterable, CustomTestStringConvertible {
    case scep, est, acme, wstep

    var testDescription: String { rawValue }

    /// The client that knocks.
    var client: String {
        switch self {
        case .scep: "strongSwan pki"
        case .est: "curl"
        case .acme: "lego"
        case .wstep: "zeep"
        }
    }

    /// Enrolls an RSA key for one DNS name under the template `device-8021x` and returns the path of the certificate alone, in PEM.
    func enroll(_ server: MusterServer, key: String, name: String, in folder: TemporaryDirectory) async throws -> String {
        let certificate: String
        switch self {
        case .scep:
            let endpoint = try server.facts.endpoint("scep")
            let client = try StrongSwan()
            try await client.fetchSCEPCertificates(endpoint.url)
            let enrolled = try await client.enrollBySCEP(
                endpoint.url, key: key, name: name, challenge: endpoint.challenge, options: ["--profile", "device-8021x"])
            certificate = try enrolled.checked().text
        case .est:
            let request = try await OpenSSL.request(key: key, name: name, template: "device-8021x", folder.path("est.csr"))
            certificate = try await ESTClient(server).enroll(request, in: folder)
        case .acme:
            let request = try await OpenSSL.request(key: key, name: name, template: "device-8021x", folder.path("acme.csr"))
            certificate = try await Lego(server).run("--csr", request, "run").certificate(name)
        case .wstep:
            let request = try await OpenSSL.request(key: key, name: name, template: "device-8021x", folder.path("wstep.csr"))
            certificate = try await WSTEPClient(server).enroll(request, template: "device-8021x", in: folder)
        }
        return try await Self.leaf(certificate, folder.path("\(rawValue).pem"))
    }

    /// The first certificate of a PEM text, alone in a file.
    private static func leaf(_ pem: String, _ path: String) async throws -> String {
        try await Command.run("openssl", ["x509", "-out", path], input: Array(pem.utf8)).checked()
        return path
    }
}
