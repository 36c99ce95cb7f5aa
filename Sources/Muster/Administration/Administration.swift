import Connectors
import EnrollmentCore
import Foundation
import SigningKeys

/// What an operator's operations work with, in the server and in a command alike.
struct Administration: Sendable {
    let configuration: Configuration
    let directory: DataDirectory
    let database: CADatabase
    let core: EnrollmentServices
    /// Nil in a command whose operation needs no key.
    let vault: KeyVault?
    let changes: AuthorityChanges
    /// Signs the audit log; nil where no passphrase is known.
    let auditKey: SoftwareKey?
    let webhooks: WebhookStore
    /// The user id of whoever asks.
    let operatorID: UInt32

    /// - Parameter passphrase: nil leaves the keys where they are.
    init(_ configuration: Configuration, in directory: DataDirectory, database: CADatabase, passphrase: String?, operatorID: UInt32)
        async throws
    {
        self.configuration = configuration
        self.directory = directory
        self.operatorID = operatorID
        self.database = database
        let keys = KeyDirectory(path: directory.file(configuration.keys))
        vault = passphrase.map { KeyVault(keys, passphrase: $0) }
        changes = AuthorityChanges()
        auditKey = try passphrase.map { try AuditKey.open(keys, directory, passphrase: $0) }
        var rawRequests: RawRequests?
        if let passphrase {
            rawRequests = try await RawRequests.open(
                configuration.trail.rawRequests, passphrase: passphrase, in: database.driver,
                randomness: database.surroundings.randomness)
        }
        webhooks = database.webhooks(try passphrase.map { try keys.secretBox(purpose: "webhooks", passphrase: $0) })
        core = try await database.services(
            weakKeys: try WeakKeyFiles(configuration, in: directory).load(), rawRequests: rawRequests, webhooks: webhooks,
            killPoint: KillPoint.wanted(isLab: configuration.lab))
        try await reloadAuthorities()
    }

    private init(_ other: Administration, operatorID: UInt32) {
        configuration = other.configuration
        directory = other.directory
        database = other.database
        core = other.core
        vault = other.vault
        changes = other.changes
        auditKey = other.auditKey
        webhooks = other.webhooks
        self.operatorID = operatorID
    }

    /// Reads the generations anew; whoever holds the registry sees them at once. Keys that are loaded stay; a root's stays away.
    func reloadAuthorities() async throws {
        core.authorities.replace(
            with: try await loader.load(keeping: core.authorities) { generation in
                guard let vault, !generation.keyName.isEmpty, generation.authority != DefaultEndpoints.rootAuthority else { return nil }
                return try vault.load(generation.keyName)
            })
    }

    /// After an operation changed the generations: the registry, and the CA's own certificates of each generation.
    func authoritiesChanged() async throws {
        try await reloadAuthorities()
        guard let vault, try await !changes.announce() else { return }
        try await OwnCertificates(
            SystemCertificateKeeper(configuration: configuration, services: core, vault: vault), authorities: core.authorities
        ).refresh()
    }

    /// - Throws: while there is no issuing CA.
    var hierarchy: Hierarchy { get throws { try Hierarchy(core.authorities) } }

    /// The active generation of an authority, with its key.
    func signer(_ authority: String) throws -> Authority {
        guard let generation = core.authorities.active(authority) else {
            let known = Set(core.authorities.generations.map(\.identity.authority)).sorted().joined(separator: ", ")
            throw CommandFailure(
                "there is no active CA '\(authority)'"
                    + (known.isEmpty ? ": it waits for `muster ca import \(authority)`" : "; there are \(known)"))
        }
        guard let signer = generation.signer else { throw CommandFailure("the key of the CA '\(authority)' is not loaded") }
        return signer
    }

    /// All generations, with the keys of the root's too: those come into memory for one purpose and go with the value.
    func openingRoot(_ vault: KeyVault) async throws -> [AuthorityGeneration] {
        try await loader.load(keeping: core.authorities) { generation in
            generation.authority == DefaultEndpoints.rootAuthority && !generation.keyName.isEmpty ? try vault.load(generation.keyName) : nil
        }
    }

    private var loader: AuthorityLoader {
        AuthorityLoader(database.generations, baseURL: configuration.urls.http, listLayout: CRLSchedule(configuration).layout)
    }

    var keys: KeyDirectory { KeyDirectory(path: directory.file(configuration.keys)) }

    func acting(as userID: UInt32) -> Administration { Administration(self, operatorID: userID) }

    /// - Throws: in the words of the command line when there is no such endpoint, or only one that no network reaches.
    func reachableEndpoint(_ name: String) throws -> Endpoint {
        guard let endpoint = core.catalog.endpoint(named: name), endpoint.protocolName.isReachable else {
            let known = core.catalog.endpoints.filter(\.protocolName.isReachable).map(\.name)
            throw CommandFailure("there is no endpoint '\(name)'; there are \(known.joined(separator: ", "))")
        }
        return endpoint
    }

    /// Refuses a credential that no binding of the endpoint would ever look at.
    func endpoint(_ name: String, accepts kind: AuthenticatorKind) throws {
        guard try reachableEndpoint(name).bindings.contains(where: { $0.authenticators.contains(kind) }) else {
            throw CommandFailure("\(name) takes no \(kind.rawValue)")
        }
    }

    /// An operation at the operator's own endpoint, which no network reaches.
    func arrival(_ operation: String, at endpoint: String = DefaultEndpoints.operator, exchangeID: [UInt8] = []) -> Arrival {
        Arrival(
            endpoint: endpoint, binding: "default", operation: operation, peer: "uid:\(operatorID)",
            exchangeID: exchangeID,
            instant: core.surroundings.now)
    }
}
