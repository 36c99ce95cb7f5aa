import Connectors
import EnrollmentCore
import Foundation
import SigningKeys

/// What an operator's operations work with, in the server and in a command alike.
struct Administration: Sendable {
    let configuration: Configuration
    let directory: DataDirectory
    let core: EnrollmentServices
    let hierarchy: Hierarchy
    /// The issuing CA with its key; nil in a command whose operation needs no key.
    let issuing: Authority?
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
        hierarchy = try await Hierarchy(
            database.generations, baseURL: configuration.urls.http, listLayout: CRLSchedule(configuration).layout)
        let keys = KeyDirectory(path: directory.file(configuration.keys))
        issuing = try passphrase.map { [hierarchy] in try hierarchy.loadIssuing(keys, passphrase: $0) }
        auditKey = try passphrase.map { try AuditKey.open(keys, directory, passphrase: $0) }
        var rawRequests: RawRequests?
        if let passphrase {
            rawRequests = try await RawRequests.open(
                configuration.trail.rawRequests, passphrase: passphrase, in: database.driver,
                randomness: database.surroundings.randomness)
        }
        webhooks = database.webhooks(try passphrase.map { try keys.secretBox(purpose: "webhooks", passphrase: $0) })
        core = try await database.services(
            issuing.map { [$0] } ?? [], weakKeys: try WeakKeyFiles(configuration, in: directory).load(), rawRequests: rawRequests,
            webhooks: webhooks,
            killPoint: KillPoint.wanted(isLab: configuration.lab))
    }

    private init(_ other: Administration, operatorID: UInt32) {
        configuration = other.configuration
        directory = other.directory
        core = other.core
        hierarchy = other.hierarchy
        issuing = other.issuing
        auditKey = other.auditKey
        webhooks = other.webhooks
        self.operatorID = operatorID
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
    func arrival(_ operation: String, exchangeID: [UInt8] = []) -> Arrival {
        Arrival(
            endpoint: DefaultEndpoints.operator, binding: "default", operation: operation, peer: "uid:\(operatorID)",
            exchangeID: exchangeID,
            instant: core.surroundings.now)
    }
}
