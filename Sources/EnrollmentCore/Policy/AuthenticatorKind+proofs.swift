extension AuthenticatorKind {
    /// What this authenticator can find proved.
    package var proves: Set<Fact.Kind> {
        switch self {
        case .challenge: [.knowsChallenge]
        case .password: [.knowsPassword]
        case .certificate: [.holdsPrivateKey]
        case .signer: [.registeredSigner]
        case .webhook: [.externallyAuthorized]
        case .acme: [.controlsIdentifier]
        case .operator: [.operatorApproved]
        case .system: [.scheduledRenewal]
        case .revoker: [.registeredRevoker]
        }
    }

    /// The protocols whose front ends bring such a credential.
    package var protocols: Set<Endpoint.ProtocolName> {
        switch self {
        case .challenge: [.scep]
        case .password: [.scep, .est, .wstep]
        case .certificate: [.scep, .est]
        case .signer: [.scep]
        case .webhook: [.scep]
        case .acme: [.acme]
        case .operator: [.operator]
        case .system: [.system]
        case .revoker: []
        }
    }
}
