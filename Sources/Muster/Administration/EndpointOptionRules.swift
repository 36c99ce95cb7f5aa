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

    /// What an operator should know about the options of an endpoint; nil when all is well.
    static func finding(_ endpoint: Endpoint) -> Finding? {
        do {
            guard endpoint.protocolName == .scep else {
                _ = try completed(endpoint.options, of: endpoint.protocolName)
                return nil
            }
            let options = try endpoint.options.decode(over: SCEPOptions())
            let weak = [options.allow3DES ? "3DES" : nil, options.allowSHA1 ? "SHA-1" : nil].compactMap(\.self)
            guard !weak.isEmpty else { return nil }
            let remedy = "muster endpoint option \(endpoint.name) allow3DES=false allowSHA1=false"
            return Finding(
                .warning,
                "\(endpoint.name) accepts \(weak.joined(separator: " and ")): anyone can make its clients fall back to them; `\(remedy)` ends that"
            )
        } catch {
            return Finding(.problem, "\(endpoint.name) refuses every request: \(error)")
        }
    }
}
