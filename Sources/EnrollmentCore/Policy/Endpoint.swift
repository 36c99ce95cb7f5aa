/// A door: protocol, authority, policy, and the bindings through which requests come in. Credentials of one are worthless at another.
package struct Endpoint: Sendable, Hashable, Codable {
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
    }

    /// One way in, with the authenticators allowed there.
    package struct Binding: Sendable, Hashable, Codable {
        package let name: String
        package let authenticators: [AuthenticatorKind]

        package init(name: String = "default", authenticators: [AuthenticatorKind]) {
            self.name = name
            self.authenticators = authenticators
        }
    }

    /// Unique, for example `scep-default`.
    package var name: String
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
        name: String, label: String, protocolName: ProtocolName, authority: String, bindings: [Binding], policy: Policy,
        renewsFrom: [String] = [], options: EndpointOptions = EndpointOptions(), isEnabled: Bool = true
    ) {
        self.name = name
        self.label = label
        self.protocolName = protocolName
        self.authority = authority
        self.bindings = bindings
        self.policy = policy
        self.renewsFrom = renewsFrom
        self.options = options
        self.isEnabled = isEnabled
    }

    /// Rows of earlier versions have no options.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        label = try container.decode(String.self, forKey: .label)
        protocolName = try container.decode(ProtocolName.self, forKey: .protocolName)
        authority = try container.decode(String.self, forKey: .authority)
        bindings = try container.decode([Binding].self, forKey: .bindings)
        policy = try container.decode(Policy.self, forKey: .policy)
        renewsFrom = try container.decode([String].self, forKey: .renewsFrom)
        options = try container.decodeIfPresent(EndpointOptions.self, forKey: .options) ?? EndpointOptions()
        isEnabled = try container.decode(Bool.self, forKey: .isEnabled)
    }
}
