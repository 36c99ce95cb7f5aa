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
    let challenges: ChallengeStore
    let signers: RegisteredSigners
    let catalog: Catalog
    let root: Certificate
    let issuer: Certificate
    let ra: Certificate
    private let http: InProcessHTTP
    private let home: TemporaryDirectory

    static let issuingKey = Result { try SoftwareKey.generate(.p256) }
    static let rootKey = Result { try SoftwareKey.generate(.p256) }
    static let raKey = Result { try SoftwareKey.generate(.rsa2048) }

    /// - Parameters:
    ///   - disposition: of the endpoint's rules.
    ///   - raFailure: what every operation of the RA key ends with.
    init(disposition: PolicyRule.Disposition = .issue, raFailure: SCEPRecipient.Failure? = nil, raKey: SoftwareKey? = nil) async throws {
        let surroundings = Surroundings()
        let rootKey = try Self.rootKey.get()
        let issuingKey = try Self.issuingKey.get()
        let raKey = try raKey ?? Self.raKey.get()
        let rootName = DistinguishedName(commonName: "Test Root")
        let issuerName = DistinguishedName(commonName: "Test Issuing CA")
        root = try await Self.certificate(rootName, rootKey.publicKey, by: rootKey, rootName, isCA: true)
        issuer = try await Self.certificate(issuerName, issuingKey.publicKey, by: rootKey, rootName, isCA: true)
        ra = try await Self.certificate(DistinguishedName(commonName: "Test RA"), raKey.publicKey, by: issuingKey, issuerName, isCA: false)

        home = try TemporaryDirectory()
        database = try SQLiteDatabase(path: home.path("muster.db"))
        try await database.migrate(CoreSchema.migrations)
        catalog = Catalog(database: database)
        let templates = ["device-8021x", "user-8021x", "tls-server"]
        let rules = [
            try PolicyRule(name: "challenge", requires: [.knowsChallenge], templates: templates, disposition: disposition),
            try PolicyRule(name: "on-behalf", requires: [.registeredSigner], templates: templates, disposition: disposition),
            try PolicyRule(name: "renewal", requires: [.holdsPrivateKey], templates: templates, disposition: disposition),
        ]
        try await catalog.add(
            endpoints: [
                Endpoint(
                    name: "scep-default", label: "default", protocolName: .scep, authority: "issuing",
                    bindings: [.init(authenticators: [.challenge, .certificate, .signer])], policy: Policy(rules: rules))
            ], templates: DefaultTemplates.forEnrollment, at: surroundings.now)
        challenges = ChallengeStore(database: database, surroundings: surroundings)
        signers = RegisteredSigners(database: database, surroundings: surroundings)
        let ledger = IssuanceLedger(database: database, surroundings: surroundings)
        let authorityIdentity = AuthorityIdentity(
            authority: "issuing", subject: issuerName, publicKey: issuingKey.publicKey, certificate: issuer, root: root,
            baseURL: "http://ca.test")
        let authority = Authority(identity: authorityIdentity, key: issuingKey)
        let lists = RevocationLists(database: database, surroundings: surroundings)
        _ = try await lists.publish(for: authority, lifetime: 86_400)
        let pipeline = IssuancePipeline(
            catalog: catalog,
            desk: AuthenticationDesk(
                catalog: catalog,
                authenticators: [
                    .challenge: ChallengeAuthenticator(store: challenges), .certificate: CertificateAuthenticator(ledger: ledger),
                    .signer: SignerAuthenticator(signers: signers),
                ]),
            ledger: ledger, authorities: [authority],
            transactions: TransactionLog(
                database: database, surroundings: surroundings, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }),
            surroundings: surroundings)
        let recipient = SCEPRecipient(certificate: ra) { [ra] enveloped throws(SCEPRecipient.Failure) in
            if let raFailure { throw raFailure }
            do { return try await raKey.decrypt(enveloped: enveloped, recipient: ra) } catch { throw .failed }
        }
        let signer = SCEPSigner(certificate: ra) { message, algorithm throws(SCEPRecipient.Failure) in
            if let raFailure { throw raFailure }
            do { return try await raKey.sign(message, algorithm: algorithm) } catch { throw .failed }
        }
        let identity = SCEPIdentity(signer: signer, recipients: [recipient], registrationAuthorities: [ra], issuers: [issuer, root])
        let router = Router(context: TransportContext.self)
        SCEPRoutes(
            catalog: catalog, pipeline: pipeline, records: PublicRecords(ledger: ledger, lists: lists), surroundings: surroundings,
            signers: signers
        ) { _, _ in identity }.register(on: router)
        http = InProcessHTTP(router)
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
    func exchange(_ message: [UInt8]) async throws -> SCEPTestReply { try SCEPTestReply(try await post(message).body) }

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
