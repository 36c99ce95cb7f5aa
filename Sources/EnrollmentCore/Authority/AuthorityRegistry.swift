import Synchronization

/// The authorities that this process serves, as one immutable picture at a time: a rollover replaces the picture, and whoever looks
/// next sees the new one.
package final class AuthorityRegistry: Sendable {
    private struct Picture: Sendable {
        let generations: [AuthorityGeneration]
        private let byKey: [[UInt8]: AuthorityGeneration]
        private let active: [String: AuthorityGeneration]

        init(_ generations: [AuthorityGeneration]) {
            self.generations = generations
            byKey = Dictionary(generations.map { ($0.identity.keyIdentifier, $0) }) { _, last in last }
            active = Dictionary(generations.filter { $0.state == .active }.map { ($0.identity.authority, $0) }) { _, last in last }
        }

        func generation(_ key: [UInt8]) -> AuthorityGeneration? { byKey[key] }
        func active(_ authority: String) -> AuthorityGeneration? { active[authority] }
    }

    private let picture: Mutex<Picture>

    package init(_ generations: [AuthorityGeneration] = []) { picture = Mutex(Picture(generations)) }

    /// Authorities of one generation each, with their keys.
    package convenience init(active signers: [Authority]) { self.init(signers.map { AuthorityGeneration(active: $0) }) }

    /// Takes effect at once, for every holder of this registry.
    package func replace(with generations: [AuthorityGeneration]) {
        let fresh = Picture(generations)
        picture.withLock { $0 = fresh }
    }

    /// All, the oldest of each authority first.
    package var generations: [AuthorityGeneration] { picture.withLock(\.generations) }

    package func generations(of authority: String) -> [AuthorityGeneration] { generations.filter { $0.identity.authority == authority } }

    /// The generation that issues for a logical CA; nil when there is none.
    package func active(_ authority: String) -> AuthorityGeneration? { picture.withLock { $0.active(authority) } }

    /// The generation that is prepared and not yet active.
    package func next(_ authority: String) -> AuthorityGeneration? { generations(of: authority).first { $0.state == .next } }

    /// The generation with this subject key identifier, whatever its state.
    package func generation(issuerKey: [UInt8]) -> AuthorityGeneration? { picture.withLock { $0.generation(issuerKey) } }

    /// Who issues for a request: the generation that it is addressed to, while that may issue, else the active one.
    /// - Parameters:
    ///   - addressee: the key identifier of the generation to whose certificate (or whose RA's) the request was encrypted.
    ///   - isSystem: whether the server asks for a certificate of its own; a retiring generation still signs those.
    func issuer(for authority: String, addressee: [UInt8]?, isSystem: Bool) throws(Refusal) -> Authority {
        if let addressee {
            guard let generation = generation(issuerKey: addressee), generation.identity.authority == authority else {
                throw Refusal(
                    .notAuthorized, at: .authorize, publicText: "the request is addressed to another CA",
                    detail: "key \(addressee.hex) is not a generation of authority '\(authority)'",
                    advice: "let the client fetch the CA certificates of this endpoint")
            }
            switch generation.state {
            case .next, .active: return try signer(of: generation)
            case .retiring where isSystem: return try signer(of: generation)
            case .retiring, .archived: break
            }
        }
        guard let generation = active(authority) else {
            throw Refusal(
                .internalFault, at: .authorize, detail: "authority '\(authority)' is not loaded", advice: "`muster ca list` shows the CAs")
        }
        return try signer(of: generation)
    }

    private func signer(of generation: AuthorityGeneration) throws(Refusal) -> Authority {
        guard let signer = generation.signer else {
            throw Refusal(
                .internalFault, at: .authorize, detail: "the key of authority '\(generation.identity.authority)' is not loaded",
                advice: "`muster doctor` checks the keys")
        }
        return signer
    }
}

/// Written as a list: authorities of one generation each, with their keys.
extension AuthorityRegistry: ExpressibleByArrayLiteral {
    package convenience init(arrayLiteral signers: Authority...) { self.init(active: signers) }
}
