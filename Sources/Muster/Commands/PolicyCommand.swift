import ArgumentParser
import Foundation

/// `muster policy test`
struct PolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "Try what an endpoint's policy makes of a request.", subcommands: [Test.self])

    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what would become of a request: decoded, decided, and the certificate that would be signed.",
            discussion: """
                The request passes the same code as a device's, up to the signature. Nothing is signed, written or spent.
                --as supposes evidence: challenge, password, certificate, control or operator, with the names that it covers
                (challenge=*.corp.example,10.0.0.1), or what the endpoint knows: user:NAME, challenge:ID, certificate:SERIAL (a renewal).
                Without --as nothing is proved. The serial number shown is an example. Exit status 0 whatever the verdict.
                """)

        @Option(help: "The endpoint, for example scep-default; see `muster endpoints`.") var endpoint: String
        @Option(help: ArgumentHelp("The PKCS #10 request, PEM or DER.", valueName: "file")) var csr: String
        @Option(name: .customLong("as"), help: ArgumentHelp("Evidence to suppose; may be repeated.", valueName: "evidence")) var evidence:
            [String] =
                []
        @Option(help: "The client's address, for rules that ask for it.") var peer: String?
        @Option(help: "The binding through which the request comes; default: the endpoint's last.") var binding: String?
        @Option(help: "The template that the client names beside the request.") var template: String?
        @OptionGroup var location: LocationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            guard let data = FileManager.default.contents(atPath: csr) else { throw CommandFailure("\(csr) cannot be read") }
            guard data.count <= 1 << 17 else { throw CommandFailure("\(csr) is larger than any certification request") }
            let reply = try await location.perform(
                TestPolicy(endpoint: endpoint, request: data, evidence: evidence, binding: binding, peer: peer, template: template))
            try output.print(reply) { Self.text(reply) }
        }

        private static func text(_ reply: TestPolicy.Reply) -> String {
            let request = reply.request
            var lines = ["Request"]
            func add(_ name: String, _ value: String?) { if let value { lines.append("  \(name.padded(to: 22))\(value)") } }
            add("subject", request.subject)
            add("names", request.names.isEmpty ? nil : request.names.joined(separator: ", "))
            add("key", request.key)
            add("signed with", request.signature + (request.isSelfSignatureValid ? "" : ": THE SIGNATURE DOES NOT VERIFY"))
            add("template named", request.templateHint)
            add("extensions asked", request.requestedExtensions.isEmpty ? nil : request.requestedExtensions.joined(separator: ", "))
            lines += ["", "Verdict: \(reply.verdict)"]
            add("reason", reply.reason)
            add("approvals", reply.approvals.map { "\($0)" })
            add("code", reply.code)
            add("detail", reply.detail)
            add("advice", reply.advice)
            add("template", reply.template.map { "\($0) version \(reply.templateVersion ?? 1)" })
            lines += ["", "Trail"] + reply.trail.map { "  \($0.stage.padded(to: 14))\($0.text)" }
            if let fields = reply.certificate {
                lines += ["", "Certificate to be signed (nothing was signed)"]
                for field in fields { add(field.name, field.text) }
                add("DER", reply.toBeSigned)
            }
            return lines.joined(separator: "\n")
        }
    }
}
