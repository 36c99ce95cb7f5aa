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
}
