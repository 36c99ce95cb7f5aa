import EnrollmentCore
import PKIFormats
import SCEPFrontend

/// Which front end decides about the options of an endpoint: the one place where protocol names and option types meet.
enum EndpointOptionRules {
    /// A protocol without options of its own.
    private struct NoOptions: Codable {}

    /// All options of such an endpoint with the values in force.
    /// - Throws: in words for the operator, where a name or a value is not known to the protocol's front end.
    static func completed(_ options: EndpointOptions, of protocolName: Endpoint.ProtocolName) throws(FormatError) -> EndpointOptions {
        switch protocolName {
        case .scep: try options.completed(over: SCEPOptions())
        case .est, .acme, .wstep, .operator, .system: try options.completed(over: NoOptions())
        }
    }

    /// - Throws: where the options ask of the endpoint's CA what it was not made for.
    static func check(_ options: EndpointOptions, of endpoint: Endpoint, _ authorities: AuthorityRegistry) throws(FormatError) {
        guard endpoint.protocolName == .scep, try options.decode(over: SCEPOptions()).mode == .ca else { return }
        guard let certificate = authorities.active(endpoint.authority)?.identity.certificate, CAModeKey.suits(certificate) else {
            throw FormatError(
                "mode", "the CA '\(endpoint.authority)' was not made for CA mode: `muster ca create NAME --scep-ca-mode` makes one that is")
        }
    }

    /// What an operator should know about the options of an endpoint; none when all is well.
    static func findings(_ endpoint: Endpoint) -> [Finding] {
        do {
            guard endpoint.protocolName == .scep else {
                _ = try completed(endpoint.options, of: endpoint.protocolName)
                return []
            }
            let options = try endpoint.options.decode(over: SCEPOptions())
            var findings: [Finding] = []
            if options.mode == .ca {
                findings.append(
                    Finding(.warning, "\(endpoint.name) is in CA mode: the key of the CA '\(endpoint.authority)' decrypts for strangers"))
            }
            let weak = [options.allow3DES ? "3DES" : nil, options.allowSHA1 ? "SHA-1" : nil].compactMap(\.self)
            guard !weak.isEmpty else { return findings }
            let remedy = "muster endpoint option \(endpoint.name) allow3DES=false allowSHA1=false"
            return findings + [
                Finding(
                    .warning,
                    "\(endpoint.name) accepts \(weak.joined(separator: " and ")): anyone can make its clients fall back to them; `\(remedy)` ends that"
                )
            ]
        } catch {
            return [Finding(.problem, "\(endpoint.name) refuses every request: \(error)")]
        }
    }
}
