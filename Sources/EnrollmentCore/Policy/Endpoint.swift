/// A door: protocol, authority, policy, and the bindings through which requests come in. Credentials of one are worthless at another.
package struct Endpoint: Sendable, Hashable {
    /// Which front end serves an endpoint.
    package enum ProtocolName: String, Sendable, CaseIterable, Codable {
        case scep, est, acme, wstep
        /// The command line; no network reaches it.
        case `operator`
        /// The CA's own certificates; no network reaches it.
        case system

        package var isReachable: Bool {
            switch self {
            case .scep, .est, .acme, .wstep: true
            case .operator, .system: false
            }
        }

        /// The bindings that the front end asks for.
        package var bindingNames: [String] {
            switch self {
            case .wstep: ["xcep", "wstep"]
            case .scep, .est, .acme, .operator, .system: ["default"]
            }
        }
    }

    /// Unique, for example `scep-default`.
    package var name: String
    /// Counts the changes; rows from before versions were counted are 1.
    package var version: Int
    /// The part of the URL that names it, for example `default`.
    package var label: String
    package var protocolName: ProtocolName
    /// The logical CA that issues here, for example `issuing`.
    package var authority: String
    package var bindings: [Binding]
    package var policy: Policy
    /// Other endpoints whose certificates may be renewed here.
    package var renewsFrom: [String]
    /// What the front end of `protocolName` makes of it is its own affair.
    package var options: EndpointOptions
    package var isEnabled: Bool

    package init(
        name: String, version: Int = 1, label: String, protocolName: ProtocolName, authority: String, bindings: [Binding], policy: Policy,
        renewsFrom: [String] = [], options: EndpointOptions = EndpointOptions(), isEnabled: Bool = true
    ) {
        self.name = name
        self.version = version
        self.label = label
        self.protocolName = protocolName
        self.authority = authority
        self.bindings = bindings
        self.policy = policy
        self.renewsFrom = renewsFrom
        self.options = options
        self.isEnabled = isEnabled
    }
}
