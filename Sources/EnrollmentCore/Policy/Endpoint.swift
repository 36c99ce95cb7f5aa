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
    package let name: String
    /// The part of the URL that names it, for example `default`.
    package let label: String
    package let protocolName: ProtocolName
    /// The logical CA that issues here, for example `issuing`.
    package let authority: String
    package let bindings: [Binding]
    package let policy: Policy
    /// Other endpoints whose certificates may be renewed here.
    package let renewsFrom: [String]
    package var isEnabled: Bool

    package init(
        name: String, label: String, protocolName: ProtocolName, authority: String, bindings: [Binding], policy: Policy,
        renewsFrom: [String] = [], isEnabled: Bool = true
    ) {
        self.name = name
        self.label = label
        self.protocolName = protocolName
        self.authority = authority
        self.bindings = bindings
        self.policy = policy
        self.renewsFrom = renewsFrom
        self.isEnabled = isEnabled
    }
}
