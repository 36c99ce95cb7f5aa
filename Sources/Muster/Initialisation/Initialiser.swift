import EnrollmentCore
import Foundation
import HTTPTransport
import Logging
import PKIFormats
import SigningKeys

/// Makes a CA in a directory: keys, database, certificates, credentials; `muster.yaml` comes last and says that all the rest is there.
struct Initialiser {
    struct Result {
        let overview: Overview
        let credentials: FirstCredentials
        let rootPEM: String
    }

    let configuration: Configuration
    let directory: DataDirectory
    let keyAlgorithm: KeyAlgorithm
    /// Keys that are in a token already, by the names of the key directory; all others are generated.
    var references: [String: PKCS11URI] = [:]
    /// Nil in the lab: one is generated into a file.
    let passphrase: String?

    /// Root and issuing CA, both here.
    func run() async throws -> Result { try await undisturbed(make) }

    /// An issuing CA that waits for the certificate of a root elsewhere.
    func runBelowExternalRoot() async throws -> WaitingAuthority { try await undisturbed(makeWaiting) }

    private func undisturbed<Made>(_ make: () async throws -> Made) async throws -> Made {
        try directory.checkSocketPath()
        try refuseToOverwrite()
        try makeDirectory(directory.path)
        guard let lock = try DirectoryLock(directory) else { throw CommandFailure("another `muster` works in \(directory.path)") }
        defer { withExtendedLifetime(lock) {} }
        // Once more, now that nobody else can make one.
        try refuseToOverwrite()
        do {
            return try await make()
        } catch {
            removeLeftovers()
            throw CommandFailure(AdminMessage.describe(error))
        }
    }

    private var keys: KeyDirectory { KeyDirectory(path: directory.file(configuration.keys)) }

    private var madeFiles: [String] {
        let database = directory.file(configuration.database)
        return [
            directory.configurationFile, database, database + "-wal", database + "-shm", keys.path, directory.labPassphrase,
            directory.labCredentials,
            directory.root, directory.chain, directory.registrationAuthority, directory.auditKey, directory.request,
        ]
    }

    private func refuseToOverwrite() throws {
        for path in madeFiles where FileManager.default.fileExists(atPath: path) {
            throw CommandFailure("\(path) exists: a CA is never overwritten; choose another --dir, or move that one away")
        }
    }

    private func removeLeftovers() {
        for path in madeFiles { try? FileManager.default.removeItem(atPath: path) }
    }

    private func makeDirectory(_ path: String) throws {
        do {
            // A directory that exists keeps its mode: what must be private in it is, file by file.
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw CommandFailure("\(path) cannot be made: \(error.localizedDescription)")
        }
    }

    private func make() async throws -> Result {
        let (database, secret) = try await begin()
        defer { database.close() }
        let (root, services) = try await found(database, secret)
        try keepReferences()
        let vault = KeyVault(keys, passphrase: secret)
        let keeper = SystemCertificateKeeper(configuration: configuration, services: services.core, vault: vault)
        guard let generation = services.core.authorities.active(DefaultEndpoints.issuingAuthority),
            let registrationAuthority = try await keeper.registrationAuthority(of: generation)?.certificates.first?.pem
        else { throw CommandFailure("the new CA has no registration authority") }
        _ = try await keeper.ocspResponder(of: generation)
        _ = try TLSServerKey(await keeper.tlsServer(of: generation).key)
        _ = try AuditKey.open(keys, directory, passphrase: secret)
        let first = try await FirstCredentials.make(configuration, services.core)
        if configuration.lab { try first.credentials.save(directory) }

        let issuing = services.issuing
        try PrivateFile.create(directory.root, root.pem, readers: .everybody)
        try PrivateFile.create(directory.chain, issuing.pem + root.pem, readers: .everybody)
        try PrivateFile.create(directory.registrationAuthority, registrationAuthority, readers: .everybody)
        let overview = Overview(configuration, directory, root: root, issuing: issuing, catalog: services.core.catalog)
        try PrivateFile.create(directory.configurationFile, ConfigurationFile.text(of: configuration))
        return Result(overview: overview.adding(first.credentials), credentials: first, rootPEM: root.pem)
    }

    /// Says where the keys of the CA's own certificates are, which are needed later.
    private func keepReferences() throws {
        for name in [KeyDirectory.Name.registrationAuthority, KeyDirectory.Name.ocspResponder, KeyDirectory.Name.tlsServer] {
            if let reference = references[name] { try keys.store(reference, as: name) }
        }
    }

    /// The key in the token, or a new one in a file.
    private func makeKey(_ name: String, _ algorithm: KeyAlgorithm, _ secret: String) throws -> any SigningKey {
        if let reference = references[name] {
            try keys.store(reference, as: name)
            return try keys.load(name, passphrase: secret)
        }
        let key = try SoftwareKey.generate(algorithm)
        try keys.store(key, as: name, passphrase: secret)
        return key
    }

    /// Keys' directory, passphrase and database.
    private func begin() async throws -> (CADatabase, passphrase: String) {
        try makeDirectory(keys.path)
        let secret = passphrase ?? SystemRandomness().bytes(24).hex
        if passphrase == nil { try PrivateFile.create(directory.labPassphrase, secret + "\n") }
        var logger = Logger(label: "muster.init")
        logger.logLevel = .error
        return (try await CADatabase(path: directory.file(configuration.database), isNew: true, logger: logger), secret)
    }

    private func makeWaiting() async throws -> WaitingAuthority {
        let (database, secret) = try await begin()
        defer { database.close() }
        let key = try makeKey(KeyDirectory.Name.issuing, keyAlgorithm, secret)
        try keepReferences()
        _ = try AuditKey.open(keys, directory, passphrase: secret)
        let services = try await database.services()
        let now = database.surroundings.now
        try await services.catalog.add(
            endpoints: try DefaultEndpoints.make(), templates: DefaultTemplates.all, at: now)
        let request = try await RequestAuthority.make(DistinguishedName(commonName: "\(configuration.name) Issuing CA"), key)
        try await services.generations.addRequest(
            request, authority: DefaultEndpoints.issuingAuthority, keyName: KeyDirectory.Name.issuing)
        let first = try await FirstCredentials.make(configuration, services)
        if configuration.lab { try first.credentials.save(directory) }
        try PrivateFile.create(directory.request, PEM.encode(label: "CERTIFICATE REQUEST", request.der), readers: .everybody)
        try PrivateFile.create(directory.configurationFile, ConfigurationFile.text(of: configuration))
        return WaitingAuthority(name: configuration.name, requestFile: directory.request, credentials: first.credentials)
    }

    /// Root and issuing CA; the root's key leaves memory when this returns.
    private func found(
        _ database: CADatabase, _ secret: String
    ) async throws -> (root: Certificate, services: (core: EnrollmentServices, issuing: Certificate)) {
        let rootKey = try makeKey(KeyDirectory.Name.root, keyAlgorithm, secret)
        let issuingKey = try makeKey(KeyDirectory.Name.issuing, keyAlgorithm, secret)
        let plan = Founding.Plan(
            name: configuration.name, baseURL: configuration.urls.http, rootListLifetime: CRLSchedule.rootLifetime,
            issuingListLifetime: CRLSchedule(configuration).lifetime)
        let (root, issuing) = try await Founding(database: database.driver, surroundings: database.surroundings, logger: database.logger)
            .found(
                plan, root: .init(rootKey, name: KeyDirectory.Name.root), issuing: .init(issuingKey, name: KeyDirectory.Name.issuing))
        guard let rootCertificate = root.identity.certificate, let issuingCertificate = issuing.identity.certificate else {
            throw CommandFailure("the new CA has no certificate")
        }
        return (
            rootCertificate,
            (
                try await database.services(AuthorityRegistry([AuthorityGeneration(active: issuing, keyName: KeyDirectory.Name.issuing)])),
                issuingCertificate
            )
        )
    }
}
