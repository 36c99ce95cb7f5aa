/// The endpoints that `muster init` writes, one default rule each.
package enum DefaultEndpoints {
    package static let scep = "scep-default"
    package static let est = "est-default"
    package static let acme = "acme-default"
    package static let wstep = "wstep-default"
    /// The operator's own issuance (`muster issue`).
    package static let `operator` = "operator"
    /// The CA's own certificates: those that the root issues, and those that the issuing CA issues.
    package static let systemRoot = "system-root"
    package static let system = "system"

    /// The logical CAs of a new installation.
    package static let rootAuthority = "root"
    package static let issuingAuthority = "issuing"

    /// The endpoint at which an authority issues the CA's own certificates.
    package static func system(of authority: String) -> String {
        switch authority {
        case rootAuthority: systemRoot
        case issuingAuthority: system
        default: "system-\(authority)"
        }
    }

    /// The system endpoint of a further authority.
    package static func makeSystem(of authority: String) throws(Refusal) -> Endpoint {
        Endpoint(
            name: system(of: authority), label: system(of: authority), protocolName: .system, authority: authority,
            bindings: [.init(authenticators: [.system])],
            policy: Policy(rules: [
                try PolicyRule(
                    name: "system", requires: [.scheduledRenewal],
                    templates: ownTemplates + authorityTemplates)
            ]))
    }

    private static let ownTemplates = ["scep-ra", "scep-ra-signing", "scep-ra-encryption", "ocsp-responder", "tls-server"]
    private static let authorityTemplates = ["root-ca", DefaultTemplates.issuingAuthority, DefaultTemplates.scepIssuingAuthority]

    /// What gives power over others is asked for by one operator and approved by another.
    private static func approved() throws(Refusal) -> PolicyRule {
        var conditions = RuleConditions()
        conditions.asksFor = DefaultTemplates.forOperators.map(\.name)
        return try PolicyRule(
            name: "approved", requires: [.operatorApproved], templates: conditions.asksFor, conditions: conditions,
            disposition: .hold(reason: "an operator must approve this", approvals: 1))
    }

    package static func make() throws(Refusal) -> [Endpoint] {
        let devices = ["device-8021x", "user-8021x", "tls-server"]
        let windows = ["windows-computer", "windows-user", "tls-server", "device-8021x"]
        return [
            Endpoint(
                name: scep, label: "default", protocolName: .scep, authority: issuingAuthority,
                bindings: [
                    .init(authenticators: [.challenge, .certificate, .signer]),
                    // The password page; no rule issues for a password.
                    .init(name: "ndes", authenticators: [.password]),
                ],
                policy: Policy(rules: [
                    try PolicyRule(name: "challenge", requires: [.knowsChallenge], templates: devices),
                    try PolicyRule(name: "on-behalf", requires: [.registeredSigner], templates: devices),
                    try PolicyRule(name: "renewal", requires: [.holdsPrivateKey], templates: devices),
                ])),
            Endpoint(
                name: est, label: "default", protocolName: .est, authority: issuingAuthority,
                bindings: [.init(authenticators: [.password, .certificate])],
                policy: Policy(rules: [
                    try PolicyRule(name: "password", requires: [.knowsPassword], templates: devices),
                    try PolicyRule(name: "renewal", requires: [.holdsPrivateKey], templates: devices),
                ])),
            Endpoint(
                name: acme, label: "default", protocolName: .acme, authority: issuingAuthority, bindings: [.init(authenticators: [.acme])],
                policy: Policy(rules: [
                    try PolicyRule(name: "control", requires: [.controlsIdentifier], templates: ["tls-server", "device-8021x"])
                ])),
            Endpoint(
                name: wstep, label: "default", protocolName: .wstep, authority: issuingAuthority,
                bindings: [.init(name: "xcep", authenticators: [.password]), .init(name: "wstep", authenticators: [.password])],
                policy: Policy(rules: [try PolicyRule(name: "password", requires: [.knowsPassword], templates: windows)])),
            Endpoint(
                name: `operator`, label: "operator", protocolName: .operator, authority: issuingAuthority,
                bindings: [.init(authenticators: [.operator])],
                policy: Policy(rules: [
                    try approved(),
                    try PolicyRule(name: "operator", requires: [.operatorApproved], templates: DefaultTemplates.forEnrollment.map(\.name)),
                ])),
            Endpoint(
                name: systemRoot, label: "system-root", protocolName: .system, authority: rootAuthority,
                bindings: [.init(authenticators: [.system])],
                policy: Policy(rules: [try PolicyRule(name: "system", requires: [.scheduledRenewal], templates: authorityTemplates)])
            ),
            Endpoint(
                name: system, label: "system", protocolName: .system, authority: issuingAuthority,
                bindings: [.init(authenticators: [.system])],
                policy: Policy(rules: [
                    try PolicyRule(name: "system", requires: [.scheduledRenewal], templates: ownTemplates)
                ])),
        ]
    }
}
