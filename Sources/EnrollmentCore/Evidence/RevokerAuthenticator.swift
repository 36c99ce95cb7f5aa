/// Knows those who may revoke at an endpoint. What it proves covers no name, and no rule can make a certificate of it.
package struct RevokerAuthenticator: Authenticator {
    private let store: RevokerStore

    package init(store: RevokerStore) { self.store = store }

    package func examine(_ credential: any Credential, in context: ExaminationContext) async throws(Refusal) -> [Proof] {
        guard let credential = credential as? RevokerCredential else { return [] }
        let isKnown: Bool
        do {
            isKnown = try await store.knows(credential, endpoint: context.endpoint.name)
        } catch {
            throw Refusal(.internalFault, at: .authenticate, detail: "the revokers cannot be read: \(error)")
        }
        guard isKnown else {
            throw Refusal(
                .badCredential, at: .authenticate, detail: "'\(credential.name)' is no revoker of \(context.endpoint.name) with this token",
                advice: "`muster revoker add` registers one and shows its token")
        }
        return [Proof(fact: .registeredRevoker, principal: "revoker:\(credential.name)", covers: [])]
    }

    package func stillHolds(_ proof: StoredProof, in context: ExaminationContext) async throws(Refusal) -> Bool { false }
}
