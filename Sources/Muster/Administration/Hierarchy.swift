import EnrollmentCore
import PKIFormats

/// The two CAs of an installation as their certificates tell: a root that is seldom used, and the one that issues.
struct Hierarchy: Sendable {
    let root: GenerationStore.Generation
    let issuing: GenerationStore.Generation
    /// The `http` URL of the configuration: where certificates send relying parties.
    let baseURL: String
    /// The lists of the issuing CA.
    let listLayout: ListLayout

    init(_ store: GenerationStore, baseURL: String, listLayout: ListLayout = ListLayout()) async throws {
        let generations = try await store.active()
        guard let root = generations.last(where: { $0.authority == DefaultEndpoints.rootAuthority }),
            let issuing = generations.last(where: { $0.authority == DefaultEndpoints.issuingAuthority })
        else { throw CommandFailure("the database holds no CA: was `muster init` interrupted?") }
        self.root = root
        self.issuing = issuing
        self.baseURL = baseURL
        self.listLayout = listLayout
    }

    var rootIdentity: AuthorityIdentity {
        AuthorityIdentity(
            authority: DefaultEndpoints.rootAuthority, subject: root.certificate.subject, publicKey: root.certificate.publicKey,
            certificate: root.certificate,
            baseURL: baseURL)
    }

    var issuingIdentity: AuthorityIdentity {
        AuthorityIdentity(
            authority: DefaultEndpoints.issuingAuthority, subject: issuing.certificate.subject, publicKey: issuing.certificate.publicKey,
            certificate: issuing.certificate, root: root.certificate, baseURL: baseURL, listLayout: listLayout)
    }

    func loadIssuing(_ keys: KeyDirectory, passphrase: String) throws -> Authority {
        try load(issuing, issuingIdentity, keys, passphrase)
    }

    /// The root's key comes into memory for one purpose and goes with the value.
    func loadRoot(_ keys: KeyDirectory, passphrase: String) throws -> Authority {
        try load(root, rootIdentity, keys, passphrase)
    }

    private func load(
        _ generation: GenerationStore.Generation, _ identity: AuthorityIdentity, _ keys: KeyDirectory, _ passphrase: String
    ) throws -> Authority {
        let key = try keys.load(generation.keyName, passphrase: passphrase)
        guard key.publicKey == generation.certificate.publicKey else {
            throw CommandFailure(
                "the key \(keys.file(generation.keyName)) does not belong to the certificate of \(generation.certificate.subject)")
        }
        return Authority(identity: identity, key: key)
    }
}
