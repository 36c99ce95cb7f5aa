import EnrollmentCore
import Foundation
import PKIFormats
import SigningKeys

/// The first step of a rollover: a key and a certificate for the next generation.
struct PrepareRollover: AdminOperation {
    static let needsKeys = true

    let authority: String
    /// Nil: of the kind that the active key has.
    let key: KeyAlgorithm?
    /// Where in a token the key is.
    let keyURI: String?
    let ownKeys: OwnKeyPlaces

    var tokenKeys: [String] { [keyURI].compactMap(\.self) + ownKeys.all }

    func perform(in administration: Administration) async throws -> ListAuthorities.Reply {
        let active = try administration.activeGeneration(authority)
        let vault = try administration.openVault()
        guard !active.keyName.isEmpty else { throw CommandFailure("the CA '\(authority)' is elsewhere: its key is not here") }
        let keyName = administration.core.authorities.next(authority)?.keyName ?? administration.nextKeyName(of: authority)
        let next = try await administration.makeKey(
            keyName, try key ?? Self.algorithm(of: active.identity.publicKey), uri: keyURI)
        try administration.referOwnKeys(ownKeys, of: authority, issuer: next.publicKey, keyName: keyName)
        let isSelfSigned = active.identity.certificate?.isSelfSigned == true
        let former = isSelfSigned ? try vault.load(active.keyName) : nil
        _ = try await administration.rollover.prepare(
            .init(authority, key: next, keyName: keyName, former: former), among: try await generations(administration, vault))
        try await administration.settleAuthorities()
        if authority == DefaultEndpoints.rootAuthority {
            try await administration.publishFirstLists(try await administration.openingRoot(vault))
        }
        return try await ListAuthorities(authority: authority).perform(in: administration)
    }

    /// The root's key is fetched only where it signs.
    private func generations(_ administration: Administration, _ vault: KeyVault) async throws -> [AuthorityGeneration] {
        let loaded = administration.core.authorities.generations
        let certificate = try administration.activeGeneration(authority).identity.certificate
        let isBelowRoot = loaded.contains { generation in
            generation.identity.authority == DefaultEndpoints.rootAuthority
                && certificate?.isSigned(by: generation.identity.publicKey) == true
        }
        return isBelowRoot ? try await administration.openingRoot(vault) : loaded
    }

    private static func algorithm(of key: SubjectPublicKeyInfo) throws -> KeyAlgorithm {
        let name =
            switch key.kind {
            case .rsa(let bits, _): "rsa\(bits)"
            default: "\(key.kind)".lowercased().replacing("-", with: "")
            }
        guard let algorithm = KeyAlgorithm(rawValue: name) else {
            throw CommandFailure(
                "say with --key which kind of key the next generation has: \(KeyAlgorithm.allCases.map(\.rawValue).joined(separator: ", "))"
            )
        }
        return algorithm
    }
}

/// The second step: the next generation issues, the active one retires.
struct ActivateRollover: AdminOperation {
    static let needsKeys = true

    let authority: String

    func perform(in administration: Administration) async throws -> ListAuthorities.Reply {
        try await administration.rollover.activate(authority)
        try await administration.settleAuthorities()
        return try await ListAuthorities(authority: authority).perform(in: administration)
    }
}

/// The last step, which the server also takes by itself: a generation with nothing left to answer for is archived.
struct RetireGeneration: AdminOperation {
    static let needsKeys = true

    let authority: String
    /// Even where certificates of it are still good.
    let isForced: Bool

    func perform(in administration: Administration) async throws -> ListAuthorities.Reply {
        _ = try await administration.rollover.retire(authority, anyway: isForced)
        try await administration.settleAuthorities()
        return try await ListAuthorities(authority: authority).perform(in: administration)
    }
}
