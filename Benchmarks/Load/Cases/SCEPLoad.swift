import ArgumentParser
import Foundation
import PKIFormats
import SCEPWire
import SigningKeys

/// PKCSReq with a challenge password.
struct SCEPLoad: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "scep", abstract: "Enroll by SCEP.")

    @OptionGroup var options: LoadOptions
    @Option(help: "URL of the SCEP service.") var url: String
    @Option(help: "PEM file of the certificate to encrypt to.") var recipient: String
    @Option(help: "Static challenge password.") var challenge: String?
    @Option(help: "File of one-time challenge passwords, one a line.") var challengeFile: String?
    @Flag(help: "Send by GET instead of POST.") var get = false
    @Flag(help: "Plain names without subjectAltName, for simple servers.") var plain = false

    func run() async throws {
        let destination = try Destination(url)
        let text = try String(contentsOfFile: recipient, encoding: .utf8)
        guard let recipient = try Certificate.decodePEMBundle(text).first else { throw LoadFailure("no certificate in the file") }
        let challenges = try challengeFile.map {
            try String(contentsOfFile: $0, encoding: .utf8).split(whereSeparator: \.isNewline).map(String.init)
        }
        let count = options.requests + options.connections
        if let challenges, challenges.count < count { throw LoadFailure("\(count) one-time challenges are needed") }
        let keys = try await RSAKeyring(count: count)
        let (challenge, isGet, isPlain) = (challenge, get, plain)
        let requests = try await Device.prepare(count) { index in
            let client = try await SCEPClient(key: keys.key(index))
            let message = try await client.message(
                Device.name(index), challenge: challenges?[index] ?? challenge ?? "", to: recipient, isPlain: isPlain)
            if isGet {
                let value = Device.base64(message).replacingOccurrences(of: "+", with: "%2B").replacingOccurrences(of: "=", with: "%3D")
                return destination.request("GET", path: "\(destination.path)?operation=PKIOperation&message=\(value)")
            }
            return destination.request(
                "POST", path: "\(destination.path)?operation=PKIOperation", headers: [("Content-Type", "application/x-pki-message")],
                body: message)
        }
        let workload = PreparedWorkload(requests: requests) { reply in
            guard reply.status == 200 else { return "HTTP \(reply.status)" }
            if reply.contains(SCEPClient.success) { return nil }
            return reply.contains(SCEPClient.pending) ? "pending" : "refused"
        }
        try await Driver.run(workload, at: destination, options: options).print()
    }
}
