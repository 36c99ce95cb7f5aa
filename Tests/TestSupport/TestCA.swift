import EnrollmentCore
import Foundation
import Logging
import PKIFormats
import Persistence
import SigningKeys

/// A CA in a temporary directory, founded like a real one: P-256 root and issuing CA, default endpoints and templates, a clock that
/// stands still.
package final class TestCA: Sendable {
    package let directory: TemporaryDirectory
    package let clock: TestClock
    package let surroundings: Surroundings
    package let root: Authority
    package let issuing: Authority
    /// The issuing CA's key.
    package let issuingKey: SwitchableKey
    package let services: EnrollmentServices

    private init(
        directory: TemporaryDirectory, clock: TestClock, root: Authority, issuing: Authority, issuingKey: SwitchableKey,
        services: EnrollmentServices
    ) {
        self.directory = directory
        self.clock = clock
        surroundings = services.surroundings
        self.root = root
        self.issuing = issuing
        self.issuingKey = issuingKey
        self.services = services
    }

    /// - Parameters:
    ///   - migrations: tables of front ends, besides the core's.
    ///   - inMemory: the database forgets when the machine does.
    ///   - rootKey: for tests that go on using it.
    ///   - authenticators: those of front ends; made from the migrated database.
    package static func found(
        migrations: [Migration] = [], baseURL: String = "http://127.0.0.1:8080", randomness: any Randomness = SystemRandomness(),
        listLayout: ListLayout = ListLayout(), weakKeys: WeakKeyList = WeakKeyList(),
        inMemory: Bool = false, through wrap: (SQLiteDatabase) -> any Database = { $0 },
        rootKey: SoftwareKey? = nil,
        authenticators: (any Database, Surroundings) -> [AuthenticatorKind: any Authenticator] = { _, _ in [:] },
        duties: [String: any ReleaseDuty] = [:],
        reached: @escaping @Sendable (Checkpoint) -> Void = { _ in }
    ) async throws -> TestCA {
        let directory = try TemporaryDirectory(inMemory: inMemory)
        let file = try SQLiteDatabase(path: directory.path("muster.db"))
        try await file.migrate(CoreSchema.migrations + migrations)
        file.keep(try await AuditChain.open(AuditLog.defaultChain, in: file))
        let database = wrap(file)
        let clock = TestClock()
        let surroundings = Surroundings(clock: clock, randomness: randomness)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let issuingKey = SwitchableKey(try .generate(.p256))
        let (root, founded) = try await Founding(database: database, surroundings: surroundings, logger: logger).found(
            Founding.Plan(name: "Test", baseURL: baseURL), root: .init(try rootKey ?? SoftwareKey.generate(.p256), name: "root"),
            issuing: .init(issuingKey, name: "issuing"))
        let issuing = Authority(identity: founded.identity.publishing(listLayout, baseURL: baseURL), key: issuingKey)
        let services = EnrollmentServices(
            database: database, surroundings: surroundings, logger: logger,
            authorities: AuthorityRegistry([AuthorityGeneration(active: issuing, keyName: "issuing")]),
            authenticators: authenticators(database, surroundings), weakKeys: weakKeys, duties: duties, reached: reached)
        try await services.catalog.reload()
        return TestCA(directory: directory, clock: clock, root: root, issuing: issuing, issuingKey: issuingKey, services: services)
    }

    /// The same CA as another process on its database sees it.
    package func secondNode() async throws -> EnrollmentServices {
        let services = EnrollmentServices(
            database: try SQLiteDatabase(path: directory.path("muster.db")), surroundings: surroundings,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, authorities: AuthorityRegistry(active: [issuing]))
        try await services.catalog.reload()
        return services
    }

    /// A PKCS #10 request with proof of possession.
    package static func request(
        _ key: SoftwareKey, commonName: String?, names: [GeneralName] = [], extensions: [CertificateExtension] = [],
        challenge: String? = nil
    ) async throws -> CertificationRequest {
        let wishes = (names.isEmpty ? [] : [Extensions.subjectAlternativeName(names)]) + extensions
        var attributes: [(oid: OID, values: [[UInt8]])] = wishes.isEmpty ? [] : [RequestAttribute.extensionRequest(wishes)]
        if let challenge { attributes.append(RequestAttribute.challengePassword(challenge)) }
        let info = CertificationRequest.toBeSigned(
            subject: commonName.map { DistinguishedName(commonName: $0) } ?? .empty, publicKey: key.publicKey, attributes: attributes)
        return try CertificationRequest(info: info, algorithm: key.defaultAlgorithm, signature: try await key.sign(info))
    }

    /// Adds a SCEP-like challenge to an endpoint and returns its secret.
    package func challenge(_ endpoint: String = DefaultEndpoints.scep, oneTime: Bool = false, covers: [String]) async throws -> String {
        try await services.challenges.make(
            endpoint: endpoint, isOneTime: oneTime, covers: try covers.map { try NamePattern($0) }, lifetime: oneTime ? 3600 : nil
        ).secret
    }

    /// A decoded request as a front end would hand it over.
    package func issuanceRequest(
        _ request: CertificationRequest, credentials: [any Credential], endpoint: String = DefaultEndpoints.scep,
        binding: String = "default", exchangeID: [UInt8] = [], intent: IssuanceRequest.Intent = .enroll
    ) -> IssuanceRequest {
        IssuanceRequest(
            id: RequestID(in: surroundings),
            arrival: Arrival(
                endpoint: endpoint, binding: binding, operation: "test", peer: "127.0.0.1", exchangeID: exchangeID,
                instant: surroundings.now),
            intent: intent, credentials: credentials, proposal: Proposal(request))
    }
}

extension AuthorityIdentity {
    /// The same authority with other lists.
    fileprivate func publishing(_ layout: ListLayout, baseURL: String) -> AuthorityIdentity {
        AuthorityIdentity(
            authority: authority, subject: subject, publicKey: publicKey, certificate: certificate, intermediates: intermediates,
            root: root,
            baseURL: baseURL, listLayout: layout)
    }
}
