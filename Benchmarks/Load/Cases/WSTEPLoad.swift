import ArgumentParser
import Foundation
import PKIFormats
import SigningKeys

/// RequestSecurityToken/Issue with a UsernameToken, or GetPolicies.
struct WSTEPLoad: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "wstep", abstract: "Enroll as Windows does, or ask for its policies.")

    @OptionGroup var options: LoadOptions
    @Option(help: "URL of the enrollment service, or of the policy service.") var url: String
    @Option(help: "User, who must be allowed names under .test.") var user: String
    @Option(help: "The user's password.") var password: String
    @Flag(help: "Ask for policies instead of a certificate.") var policies = false

    func run() async throws {
        let destination = try Destination(url)
        let (soap, isPolicies) = (SOAPText(to: url, user: user, password: password), policies)
        let requests = try await Device.prepare(options.requests + options.connections) { index in
            let text: String
            if isPolicies {
                text = soap.getPolicies(index)
            } else {
                let key = try SoftwareKey.generate(.p256)
                text = soap.issue(Device.base64(try await Device.request(Device.name(index), key: key).der), index)
            }
            return destination.request(
                "POST", headers: [("Content-Type", "application/soap+xml; charset=utf-8")], body: Array(text.utf8))
        }
        let mark = Array((isPolicies ? "GetPoliciesResponse" : "RequestedSecurityToken").utf8)
        let workload = PreparedWorkload(requests: requests) { reply in
            reply.status == 200 && reply.contains(mark) ? nil : "HTTP \(reply.status)"
        }
        try await Driver.run(workload, at: destination, tls: ClientTLS.context(for: destination), options: options).print()
    }
}
