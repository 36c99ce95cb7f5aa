/// The operator at the command line: the socket's peer user id, or the process that holds the lock, has proved who he is.
package struct OperatorAuthenticator: Authenticator {
    package init() {}

    package func examine(_ credential: any Credential, in context: ExaminationContext) async throws(Refusal) -> [Proof] {
        guard let credential = credential as? OperatorCredential, context.endpoint.protocolName == .operator else { return [] }
        return [Proof(fact: .operatorApproved, principal: credential.principal, covers: credential.vouchesFor)]
    }

    package func stillHolds(_ proof: StoredProof, in context: ExaminationContext) async throws(Refusal) -> Bool {
        proof.fact == .operatorApproved && context.endpoint.protocolName == .operator
    }
}

/// The server asking for the CA's own certificates.
package struct SystemAuthenticator: Authenticator {
    package init() {}

    package func examine(_ credential: any Credential, in context: ExaminationContext) async throws(Refusal) -> [Proof] {
        guard let credential = credential as? SystemCredential, context.endpoint.protocolName == .system else { return [] }
        return [Proof(fact: .scheduledRenewal, principal: "system:\(credential.purpose)", covers: credential.names)]
    }

    package func stillHolds(_ proof: StoredProof, in context: ExaminationContext) async throws(Refusal) -> Bool {
        proof.fact == .scheduledRenewal && context.endpoint.protocolName == .system
    }
}
