import PKIFormats
import SigningKeys

/// Makes the registry's picture from the stored generations: each with the chain above it, and its key where the caller has one.
package struct AuthorityLoader: Sendable {
    /// CAs above one another; a longer path is not followed.
    private static let longestPath = 8

    private let store: GenerationStore
    private let baseURL: String
    private let listLayout: ListLayout

    /// - Parameters:
    ///   - baseURL: where certificates send relying parties: scheme, host and port without a trailing slash.
    ///   - listLayout: of every CA but the root.
    package init(_ store: GenerationStore, baseURL: String, listLayout: ListLayout = ListLayout()) {
        self.store = store
        self.baseURL = baseURL
        self.listLayout = listLayout
    }

    /// - Parameters:
    ///   - known: keys that are loaded already stay.
    ///   - key: the key of a generation, or nil where it is not at hand; not asked for archived ones.
    /// - Throws: what `key` throws, and a `Refusal` for a key that does not belong to its certificate.
    package func load(keeping known: AuthorityRegistry = AuthorityRegistry(), key: (GenerationStore.Generation) throws -> (any SigningKey)?)
        async throws -> [AuthorityGeneration]
    {
        let stored = try await store.all()
        let crosses = try await store.crossCertificates()
        return try stored.map { generation in
            let identity = identity(of: generation, among: stored, crosses)
            if generation.state.signsStatus, let signer = known.generation(issuerKey: identity.keyIdentifier)?.signer {
                return AuthorityGeneration(
                    identity: identity, state: generation.state, keyName: generation.keyName, signer: signer.renewed(as: identity))
            }
            guard generation.state.signsStatus, let key = try key(generation) else {
                return AuthorityGeneration(identity: identity, state: generation.state, keyName: generation.keyName, signer: nil)
            }
            guard key.publicKey == generation.certificate.publicKey else {
                throw Refusal(
                    .internalFault, at: .sign,
                    detail: "the key '\(generation.keyName)' does not belong to the certificate of \(generation.certificate.subject)")
            }
            return AuthorityGeneration(
                identity: identity, state: generation.state, keyName: generation.keyName, signer: Authority(identity: identity, key: key))
        }
    }

    private func identity(of generation: GenerationStore.Generation, among all: [GenerationStore.Generation], _ crosses: [Certificate])
        -> AuthorityIdentity
    {
        var path: [Certificate] = []
        var current = generation.certificate
        while !current.isSelfSigned, path.count < Self.longestPath,
            let above = all.first(where: { $0.certificate.subject == current.issuer && current.isSigned(by: $0.certificate.publicKey) })
        {
            path.append(above.certificate)
            current = above.certificate
        }
        let root = ([generation.certificate] + path).last.flatMap { $0.isSelfSigned ? $0 : nil }
        return AuthorityIdentity(
            authority: generation.authority, subject: generation.certificate.subject, publicKey: generation.certificate.publicKey,
            certificate: generation.certificate, intermediates: path.filter { !$0.isSelfSigned }, root: root,
            rootUpdate: rootUpdate(of: root, among: all, crosses),
            baseURL: baseURL,
            listLayout: generation.authority == DefaultEndpoints.rootAuthority ? ListLayout() : listLayout)
    }

    /// The other roots of the same authority that are in use, and the cross certificates between them.
    private func rootUpdate(of root: Certificate?, among all: [GenerationStore.Generation], _ crosses: [Certificate]) -> [Certificate] {
        guard let authority = all.first(where: { $0.certificate == root })?.authority else { return [] }
        let roots = all.filter { $0.authority == authority && $0.state.signsStatus }.map(\.certificate)
        let keys = roots.map(\.publicKey)
        return roots.filter { $0 != root }
            + crosses.filter { cross in keys.contains(cross.publicKey) && keys.contains(where: cross.isSigned(by:)) }
    }
}
