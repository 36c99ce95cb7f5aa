import Foundation
import TestSupport

/// FreeRADIUS that lets in who has a certificate of the CA, by EAP-TLS, and eapol_test that knocks.
struct RadiusServer {
    private let folder: TemporaryDirectory
    private let port: Int
    private let process: BackgroundProcess
    private let name: String

    /// How it learns what is revoked.
    enum Status {
        /// From the CRLs of the moment in which it starts.
        case lists
        /// By asking the CA's responder at each login, with a nonce.
        case ocsp
    }

    /// Starts FreeRADIUS with a certificate of the CA.
    static func started(_ server: MusterServer, status: Status = .lists) async throws -> RadiusServer {
        let folder = try TemporaryDirectory()
        let name = "radius.device.test"
        _ = try await ServerIdentity.enrolled(name, at: server, in: folder)
        try FileManager.default.copyItem(atPath: server.root, toPath: folder.path("root.pem"))
        let checks: String
        switch status {
        case .lists:
            let bundle = try await Revocation(server).bundle(in: folder)
            try FileManager.default.moveItem(atPath: bundle, toPath: folder.path("trust.pem"))
            checks = "check_crl = yes\n      check_all_crl = yes"
        case .ocsp:
            // The issuing CA is needed to make the question.
            let issuers = try String(contentsOfFile: server.chain, encoding: .utf8) + String(contentsOfFile: server.root, encoding: .utf8)
            try folder.write("trust.pem", issuers)
            checks = """
                ocsp {
                        enable = yes
                        override_cert_url = yes
                        url = "\(server.httpURL)/ocsp"
                        use_nonce = yes
                        timeout = 10
                        softfail = no
                      }
                """
        }

        let port = FreePorts.take()
        let template = try String(contentsOfFile: Repository.file("Tests/InteropTests/radius/radiusd.conf"), encoding: .utf8)
        try folder.write(
            "radiusd.conf",
            template.replacingOccurrences(of: "@D@", with: folder.path).replacingOccurrences(of: "@PORT@", with: "\(port)")
                .replacingOccurrences(of: "@STATUS@", with: checks))
        let process = try BackgroundProcess(
            "/usr/sbin/freeradius", ["-f", "-d", folder.path, "-D", "/usr/share/freeradius", "-X"], log: folder.path("radius.log"))
        try await process.wait(for: "Ready to process requests") { process.log.contains("Ready to process requests") }
        return RadiusServer(folder: folder, port: port, process: process, name: name)
    }

    /// Tries to log in with a certificate, its key and what else of the chain a client sends.
    func login(certificate: String, key: String, chain: String) async throws -> CommandResult {
        let client = try TemporaryDirectory()
        let presented = try String(contentsOfFile: certificate, encoding: .utf8) + "\n" + String(contentsOfFile: chain, encoding: .utf8)
        let presentedPath = try client.write("chain.pem", presented)
        let configuration = try client.write(
            "client.conf",
            """
            network={
                ssid="test"
                key_mgmt=WPA-EAP
                eap=TLS
                identity="device"
                ca_cert="\(folder.path("root.pem"))"
                client_cert="\(presentedPath)"
                private_key="\(key)"
                domain_match="\(name)"
                phase1="tls_disable_tlsv1_3=0"
                eapol_flags=0
            }

            """)
        return try await Command.run(
            "eapol_test", ["-c", configuration, "-a", "127.0.0.1", "-p", "\(port)", "-s", "testing123", "-t", "10"])
    }

    var log: String { process.log }

    func stop() async throws {
        _ = try await process.stop()
    }
}
