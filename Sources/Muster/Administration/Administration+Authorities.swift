import EnrollmentCore
import Foundation
import PKIFormats
import SigningKeys

extension Administration {
    var rollover: Rollover {
        Rollover(
            store: core.generations, certifier: core.certifier, surroundings: core.surroundings, baseURL: configuration.urls.http)
    }

    /// - Throws: in a command that was started without the passphrase.
    func openVault() throws -> KeyVault {
        guard let vault else { throw CommandFailure("the CA's keys are not loaded") }
        return vault
    }

    /// The active generation of an authority.
    func activeGeneration(_ authority: String) throws -> AuthorityGeneration {
        guard let generation = core.authorities.active(authority) else {
            let known = Set(core.authorities.generations.map(\.identity.authority)).sorted().joined(separator: ", ")
            throw CommandFailure("there is no active CA '\(authority)'" + (known.isEmpty ? "" : "; there are \(known)"))
        }
        return generation
    }

    /// A name for a new authority: it becomes part of key files and of endpoint names.
    func checkNewAuthority(_ name: String) throws {
        guard (1...40).contains(name.utf8.count), name.first?.isLetter == true,
            name.utf8.allSatisfy({ (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d })
        else { throw CommandFailure("a CA's name has 1 to 40 lowercase letters, digits and hyphens, and begins with a letter") }
        guard core.authorities.generations(of: name).isEmpty else {
            throw CommandFailure("there is a CA '\(name)' already: `muster ca list`")
        }
    }

    /// How the key of an authority's generation after those that it has is called.
    func nextKeyName(of authority: String) -> String { "\(authority)-\(core.authorities.generations(of: authority).count + 1)" }

    /// Two CAs with one key could not be told apart by what they issue.
    func checkUnused(_ key: SubjectPublicKeyInfo, but keyName: String) throws {
        if let other = core.authorities.generations.first(where: { $0.identity.publicKey == key && $0.keyName != keyName }) {
            throw CommandFailure("this is the key of the CA '\(other.identity.authority)'")
        }
    }

    /// The key of that name; one that an interruption left behind is used, else it is made.
    /// - Parameters:
    ///   - algorithm: asked for only where the key is made.
    ///   - uri: where in a token the key is; it is not made then.
    func makeKey(_ name: String, _ algorithm: @autoclosure () throws -> KeyAlgorithm, uri: String?) async throws -> any SigningKey {
        let vault = try openVault()
        if let uri {
            let reference = try PKCS11URI.kept(uri, as: name)
            let key = try KeyDirectory.open(reference, as: name)
            try checkUnused(key.publicKey, but: name)
            try vault.refer(key, at: reference, as: name)
            return key
        }
        let algorithm = try algorithm()
        if !vault.holds(name) { try vault.store(try await WorkPool.shared.run { try SoftwareKey.generate(algorithm) }, as: name) }
        return try vault.load(name)
    }

    /// Says where the keys of a new generation's own certificates are, before they would be made.
    func referOwnKeys(_ places: OwnKeyPlaces, of authority: String, issuer: SubjectPublicKeyInfo, keyName: String) throws {
        let vault = try openVault()
        for (role, uri) in [(SystemCertificates.Role.scepRA, places.registrationAuthority), (.ocspResponder, places.ocspResponder)] {
            guard let uri else { continue }
            let name = SystemCertificateKeeper.keyName(role, of: authority, issuerKey: issuer.keyIdentifier, keyName: keyName)
            let reference = try PKCS11URI.kept(uri, as: name)
            let key = try KeyDirectory.open(reference, as: name)
            if role == .scepRA { _ = try KeyVault.decrypting(key, name) }
            try vault.refer(key, at: reference, as: name)
        }
    }

    /// The endpoint at which a further authority issues the CA's own certificates.
    func addSystemEndpoint(of authority: String) async throws {
        guard core.catalog.endpoint(named: DefaultEndpoints.system(of: authority)) == nil else { return }
        try await core.catalog.add(endpoints: [DefaultEndpoints.makeSystem(of: authority)], templates: [], at: core.surroundings.now)
    }

    /// A generation is born with a list, if an empty one: relying parties ask for it from the first certificate on.
    func publishFirstLists(_ generations: [AuthorityGeneration]) async throws {
        for generation in generations {
            guard let signer = generation.signer,
                try await core.revocationLists.current(issuerKey: generation.identity.keyIdentifier) == nil
            else { continue }
            let isRoot = generation.identity.authority == DefaultEndpoints.rootAuthority
            _ = try await core.revocationLists.publish(
                for: signer, lifetime: isRoot ? CRLSchedule.rootLifetime : CRLSchedule(configuration).lifetime)
        }
    }

    /// What every change of the authorities is followed by: registry, own certificates, first lists, and the public files.
    func settleAuthorities() async throws {
        try await authoritiesChanged()
        try await publishFirstLists(core.authorities.generations)
        guard let hierarchy = try? hierarchy, let generation = core.authorities.active(DefaultEndpoints.issuingAuthority) else { return }
        let chain = (generation.identity.chain + [hierarchy.root]).map(\.pem).joined()
        try PrivateFile.replace(directory.root, hierarchy.root.pem, readers: .everybody)
        try PrivateFile.replace(directory.chain, chain, readers: .everybody)
        let issuerKey = generation.identity.keyIdentifier
        if let entry = try await core.systemCertificates.unexpired(.scepRA, issuerKey: issuerKey).first {
            try PrivateFile.replace(directory.registrationAuthority, entry.certificate.pem, readers: .everybody)
        }
    }
}
