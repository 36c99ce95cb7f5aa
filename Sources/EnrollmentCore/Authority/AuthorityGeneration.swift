/// One key generation of a logical CA as the server knows it: its public side, where it stands, and its key where that is at hand.
package struct AuthorityGeneration: Sendable {
    package let identity: AuthorityIdentity
    package let state: GenerationState
    /// How the key is found again; empty for a CA whose key was never here.
    package let keyName: String
    /// Nil where the key is elsewhere: an offline root, a CA above an imported one, an archived generation.
    package let signer: Authority?

    package init(identity: AuthorityIdentity, state: GenerationState, keyName: String, signer: Authority?) {
        self.identity = identity
        self.state = state
        self.keyName = keyName
        self.signer = signer
    }

    /// An active generation whose key is at hand.
    package init(active signer: Authority, keyName: String = "") {
        self.init(identity: signer.identity, state: .active, keyName: keyName, signer: signer)
    }
}
