import Foundation
import TestSupport

/// A web server that lets in who has a certificate of the CA, with its issuing certificates and the CRLs of the moment it started.
struct WebRelyingParty {
    enum Kind: String, CaseIterable {
        case nginx, haproxy
    }

    private let folder: TemporaryDirectory
    private let port: Int
    private let process: BackgroundProcess

    static func started(_ kind: Kind, _ server: MusterServer) async throws -> WebRelyingParty {
        let folder = try TemporaryDirectory()
        let port = FreePorts.take()
        let identity = try await ServerIdentity.enrolled("web.device.test", at: server, in: folder)
        try folder.write("server.pem", identity.chain + identity.key)
        // All CAs of the chain, and the CRLs of all of them.
        let root = try String(contentsOfFile: server.root, encoding: .utf8)
        try folder.write("authorities.pem", root + String(contentsOfFile: server.chain, encoding: .utf8))
        let bundle = try String(contentsOfFile: try await Revocation(server).bundle(in: folder), encoding: .utf8)
        let lists = bundle.components(separatedBy: "-----BEGIN X509 CRL-----").dropFirst().map { "-----BEGIN X509 CRL-----" + $0 }
        try folder.write("crls.pem", lists.joined())
        let name = kind == .nginx ? "nginx.conf" : "haproxy.cfg"
        let configuration = try String(contentsOfFile: Repository.file("Tests/InteropTests/relying/\(name)"), encoding: .utf8)
        let path = try folder.write(
            name, configuration.replacingOccurrences(of: "@D@", with: folder.path).replacingOccurrences(of: "@PORT@", with: "\(port)"))
        let process =
            switch kind {
            case .nginx: try BackgroundProcess("/usr/sbin/nginx", ["-p", folder.path, "-c", path], log: folder.path("log"))
            // In the foreground and in one process.
            case .haproxy: try BackgroundProcess("/usr/sbin/haproxy", ["-db", "-f", path], log: folder.path("log"))
            }
        let party = WebRelyingParty(folder: folder, port: port, process: process)
        try await process.wait(for: "listen") { try folder.accepts(port) }
        return party
    }

    /// Asks with curl, with a certificate or with none.
    func ask(_ certificate: String? = nil, key: String? = nil, chain: String? = nil) async throws -> CommandResult {
        var arguments = [
            "--silent", "--show-error", "--fail", "--max-time", "30", "--cacert", folder.path("authorities.pem"), "--resolve",
            "web.device.test:\(port):127.0.0.1", "https://web.device.test:\(port)/",
        ]
        if let certificate, let key, let chain {
            let presented = try TemporaryDirectory()
            let text = try String(contentsOfFile: certificate, encoding: .utf8) + String(contentsOfFile: chain, encoding: .utf8)
            arguments += ["--cert", try presented.write("chain.pem", text), "--key", key]
            return try await Command.run("curl", arguments)
        }
        return try await Command.run("curl", arguments)
    }

    var log: String { process.log }

    func stop() async throws { _ = try await process.stop() }
}

extension TemporaryDirectory {
    /// Whether somebody accepts connections at this port of the loopback address.
    fileprivate func accepts(_ port: Int) throws -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
