import ArgumentParser
import Foundation
import PKIFormats
import SigningKeys

/// simpleenroll by password, or simplereenroll by a client certificate.
struct ESTLoad: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "est", abstract: "Enroll by EST.")

    @OptionGroup var options: LoadOptions
    @Option(help: "URL up to and without the operation.") var url: String
    @Option(help: "User, who must be allowed names under .test.") var user: String
    @Option(help: "The user's password.") var password: String
    @Flag(help: "Enroll once by password, then renew that certificate each time with it as TLS client certificate.") var mutual = false

    func run() async throws {
        let destination = try Destination(url)
        let count = options.requests + options.connections
        let authorization = ("Authorization", "Basic \(Device.base64(Array("\(user):\(password)".utf8)))")
        let identity = mutual ? try await enroll(destination, authorization) : nil
        let headers = [("Content-Type", "application/pkcs10")] + (mutual ? [] : [authorization])
        let path = destination.path + (mutual ? "/simplereenroll" : "/simpleenroll")
        let isMutual = mutual
        let requests = try await Device.prepare(count) { index in
            let key = try SoftwareKey.generate(.p256)
            let request = try await Device.request(isMutual ? Device.name(0) : Device.name(index), key: key)
            return destination.request("POST", path: path, headers: headers, body: Array(Device.base64(request.der).utf8))
        }
        let workload = PreparedWorkload(requests: requests, check: Self.check)
        let tls = try ClientTLS.context(for: destination, chain: identity?.chain, key: identity?.key)
        try await Driver.run(workload, at: destination, tls: tls, options: options).print()
    }

    private static let check: @Sendable (Reply) -> String? = { reply in
        if reply.status == 200, reply["content-type"]?.hasPrefix("application/pkcs7-mime") == true { return nil }
        return "HTTP \(reply.status)"
    }

    /// Enrolls by password once, outside of any measurement.
    private func enroll(_ destination: Destination, _ authorization: (String, String)) async throws -> (chain: String, key: String) {
        let key = try SoftwareKey.generate(.p256)
        let request = try await Device.request(Device.name(0), key: key)
        let bytes = destination.request(
            "POST", path: destination.path + "/simpleenroll", headers: [("Content-Type", "application/pkcs10"), authorization],
            body: Array(Device.base64(request.der).utf8))
        let reply = try await OneReply.get(bytes, at: destination)
        guard reply.status == 200, let cms = Data(base64Encoded: Data(reply.body), options: .ignoreUnknownCharacters) else {
            throw LoadFailure("the client certificate was refused: HTTP \(reply.status)")
        }
        let certificates = try CMSSignedData(ber: [UInt8](cms)).certificates
        return (certificates.map(\.pem).joined(), try key.unencryptedPEM())
    }
}
