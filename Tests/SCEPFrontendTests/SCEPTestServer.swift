import EnrollmentCore
import Foundation
import HTTPTransport
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import PKIFormats
import Persistence
import SCEPFrontend
import SigningKeys
import TestSupport

/// A CA with a SCEP door in this process: the real core on a real database, driven through the router.
final class SCEPTestServer: Sendable {
    let database: SQLiteDatabase
    let services: EnrollmentServices
    let root: Certificate
    let issuer: Certificate
    let ra: Certificate
    var challenges: ChallengeStore { services.challenges }
    var signers: RegisteredSigners { services.signers }
    var catalog: Catalog { services.catalog }
    private let http: InProcessHTTP
    private let home: TemporaryDirectory

    static let issuingKey = Result { try SoftwareKey.generate(.p256) }
    static let rootKey = Result { try SoftwareKey.generate(.p256) }
    static let raKey = Result { try SoftwareKey.generate(.rsa2048) }

    /// - Parameters:
    ///   - disposition: of the endpoint's rules.
    ///   - raFailure: what every operation of the RA key ends with.
    ///   - decryptionFails: what is encrypted to the RA stays closed, while its key signs.
    ///   - issuingKey: of the CA; P-256 unless a test wants another.
    ///   - hasNextCA: GetNextCACert has something to say; root and RA stand for the next ones.
    ///   - clock: the system's, unless a test moves it.
    ///   - template: the one under which the endpoint issues, changed.
    ///   - beforeReply: done before the RA signs an answer.
    ///   - wrap: what stands between the core and the database.
    init(
        disposition: PolicyRule.Disposition = .issue, raFailure: SCEPRecipient.Failure? = nil, raKey: SoftwareKey? = nil,
        decryptionFails: Bool = false, issuingKey otherKey: SoftwareKey? = nil, hasNextCA: Bool = false,
        messageLimit: Int? = nil, clock: any WallClock = SystemClock(),
        template change: (inout Template) -> Void = { _ in },
        beforeReply: @escaping @Sendable () async -> Void = {}, through wrap: (SQLiteDatabase) -> any Database = { $0 }
    ) async throws {
        let surroundings = Surroundings(clock: clock)
        let rootKey = try Self.rootKey.get()
        let issuingKey = try otherKey ?? Self.issuingKey.get()
        let raKey = try raKey ?? Self.raKey.get()
        let rootName = DistinguishedName(commonName: "Test Root")
        let issuerName = DistinguishedName(commonName: "Test Issuing CA")
        root = try await Self.certificate(rootName, rootKey.publicKey, by: rootKey, rootName, isCA: true)
        issuer = try await Self.certificate(issuerName, issuingKey.publicKey, by: rootKey, rootName, isCA: true)
        ra = try await Self.certificate(DistinguishedName(commonName: "Test RA"), raKey.publicKey, by: issuingKey, issuerName, isCA: false)

        home = try TemporaryDirectory()
        database = try SQLiteDatabase(path: home.path("muster.db"))
        try await database.migrate(CoreSchema.migrations)
        let templates = ["device-8021x", "user-8021x", "tls-server"]
        let rules = [
            try PolicyRule(name: "challenge", requires: [.knowsChallenge], templates: templates, disposition: disposition),
            try PolicyRule(name: "on-behalf", requires: [.registeredSigner], templates: templates, disposition: disposition),
            try PolicyRule(name: "renewal", requires: [.holdsPrivateKey], templates: templates, disposition: disposition),
        ]
        var enrolling = DefaultTemplates.forEnrollment
        change(&enrolling[0])
        func endpoint(_ name: String, renewsFrom: [String] = []) -> Endpoint {
            Endpoint(
                name: "scep-\(name)", label: name, protocolName: .scep, authority: "issuing",
                bindings: [.init(authenticators: [.challenge, .certificate, .signer])], policy: Policy(rules: rules),
                renewsFrom: renewsFrom)
        }
        let authorityIdentity = AuthorityIdentity(
            authority: "issuing", subject: issuerName, publicKey: issuingKey.publicKey, certificate: issuer, root: root,
            baseURL: "http://ca.test")
        let authority = Authority(identity: authorityIdentity, key: issuingKey)
        services = EnrollmentServices(
            database: wrap(database), surroundings: surroundings, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            authorities: AuthorityRegistry(active: [authority]))
        try await services.catalog.add(
            endpoints: [endpoint("default"), endpoint("other"), endpoint("follower", renewsFrom: ["scep-default"])]
                + DefaultEndpoints.make().filter { $0.name == DefaultEndpoints.system },
            templates: enrolling, at: surroundings.now)
        _ = try await services.revocationLists.publish(for: authority, lifetime: 86_400)
        let recipient = SCEPRecipient(certificate: ra) { [ra] enveloped throws(SCEPRecipient.Failure) in
            if let failure = raFailure ?? (decryptionFails ? .failed : nil) { throw failure }
            do { return try await raKey.decrypt(enveloped: enveloped, recipient: ra) } catch { throw .failed }
        }
        let signer = SCEPSigner(certificate: ra) { message, algorithm throws(SCEPRecipient.Failure) in
            await beforeReply()
            if let raFailure { throw raFailure }
            do { return try await raKey.sign(message, algorithm: algorithm) } catch { throw .failed }
        }
        let identity = SCEPIdentity(
            signer: signer, recipients: [recipient], registrationAuthorities: [ra], issuers: [issuer, root],
            next: hasNextCA
                ? SCEPIdentity.Next(NextCACertificates([ra, root])) { next throws(Refusal) in
                    try await authority.sign(next, at: surroundings.now)
                } : nil)
        let router = Router(context: TransportContext.self)
        SCEPRoutes(
            catalog: services.catalog, pipeline: services.pipeline,
            records: PublicRecords(ledger: services.ledger, lists: services.revocationLists), surroundings: surroundings,
            signers: services.signers, messageLimit: messageLimit
        ) { _, _ in identity }.register(on: router)
        http = InProcessHTTP(ListenerRoutes(router))
    }

    /// A challenge that covers these names.
    func challenge(isOneTime: Bool = false, covers patterns: String...) async throws -> String {
        let covers = try patterns.map { try NamePattern($0) }
        return try await challenges.make(endpoint: "scep-default", isOneTime: isOneTime, covers: covers, lifetime: nil).secret
    }

    /// The client with a certificate of its own, which signs from now on.
    func enrolled(_ client: SCEPTestClient, name: String = "device-1") async throws -> SCEPTestClient {
        let csr = try await client.csr(name: name, challenge: challenge(covers: name))
        var client = client
        guard let certificate = try await exchange(client.message(csr.der, to: ra)).certificates(for: client).first else {
            throw FormatError("CertRep", "no certificate")
        }
        client.signer = certificate
        return client
    }

    struct Answer: Sendable {
        let status: Int
        let headers: HTTPFields
        let body: [UInt8]
        var contentType: String? { headers[.contentType] }
    }

    func get(_ target: String) async throws -> Answer { try await send(.get, target, []) }
    func post(_ body: [UInt8], to target: String = "/scep/default?operation=PKIOperation") async throws -> Answer {
        try await send(.post, target, body)
    }

    /// Posts a message and reads the CertRep.
    func exchange(_ message: [UInt8], at label: String = "default") async throws -> SCEPTestReply {
        try SCEPTestReply(try await post(message, to: "/scep/\(label)?operation=PKIOperation").body)
    }

    func transactions() async throws -> [Row] { try await database.read("SELECT * FROM transactions ORDER BY id", []) }

    private func send(_ method: HTTPRequest.Method, _ target: String, _ body: [UInt8]) async throws -> Answer {
        let head = HTTPRequest(method: method, scheme: "http", authority: "ca.test", path: target)
        let answer = try await http.send(head, body: body, facts: ConnectionFacts(peerAddress: "192.0.2.1"))
        return Answer(status: answer.status, headers: answer.headers, body: answer.body)
    }

    private static func certificate(
        _ subject: DistinguishedName, _ key: SubjectPublicKeyInfo, by issuerKey: SoftwareKey, _ issuer: DistinguishedName, isCA: Bool
    ) async throws -> Certificate {
        let start = Date(timeIntervalSince1970: (Date().timeIntervalSince1970 - 86_400).rounded())
        let fields = TBSCertificate(
            serialNumber: [0x11] + key.keyIdentifier.prefix(8), signatureAlgorithm: issuerKey.defaultAlgorithm, issuer: issuer,
            validity: Validity(notBefore: start, notAfter: start.addingTimeInterval(10 * 365 * 86_400)), subject: subject, publicKey: key,
            extensions: [
                Extensions.basicConstraints(isCA: isCA),
                Extensions.keyUsage(isCA ? [.keyCertSign, .cRLSign] : [.digitalSignature, .keyEncipherment]),
                Extensions.subjectKeyIdentifier(key.keyIdentifier), Extensions.authorityKeyIdentifier(issuerKey.publicKey.keyIdentifier),
            ])
        let bytes = fields.encoded()
        return try await Certificate(toBeSigned: bytes, algorithm: issuerKey.defaultAlgorithm, signature: issuerKey.sign(bytes))
    }
}
