import ACMEFrontend
import ESTFrontend
import EnrollmentCore
import Foundation
import HTTPTransport
import Hummingbird
import Logging
import PKIFormats
import SCEPFrontend
import ServiceLifecycle
import SigningKeys
import StatusFrontend
import WSTEPFrontend

/// Puts the doors before the core: which routes hang on which listener, and what runs in the background.
struct ServerAssembly: Sendable {
    enum Listener: String, CaseIterable {
        case http, https, est, admin
    }

    let administration: Administration
    private let keeper: SystemCertificateKeeper
    private let own: OwnCertificates
    private let tls: TLSIdentities
    private let tlsKey: SoftwareKey
    private let authority: Authority
    private let counter = RequestCounter()
    private let transactions: TransactionCounter
    private let expiryMetrics: ExpiryMetrics
    private let alerts: AlertService
    private let rateLimits: RateLimits
    private let startedAt = Date()
    private let logger: Logger

    /// Loads the keys that serving needs, and replaces system certificates that are due.
    init(_ administration: Administration, passphrase: String, logger: Logger) async throws {
        guard let authority = administration.issuing, let issuer = authority.identity.certificate else {
            throw CommandFailure("the issuing CA's key is not loaded")
        }
        self.administration = administration
        self.authority = authority
        rateLimits = RateLimits(administration.configuration.limits)
        self.logger = logger
        transactions = TransactionCounter(administration.core)
        expiryMetrics = ExpiryMetrics(administration.core)
        alerts = AlertService(
            alerts: administration.core.alerts, days: administration.configuration.alerts?.days ?? AlertService.days,
            webhook: try AlertWebhook(administration.configuration, in: administration.directory), logger: logger)
        let keeper = SystemCertificateKeeper(configuration: administration.configuration, services: administration.core)
        self.keeper = keeper
        let keys = administration.keys
        let raKey = try keys.loadDecrypting(SystemCertificateKeeper.keyName(.scepRA), passphrase: passphrase)
        let registrationAuthority = (raKey, try await keeper.current(.scepRA, key: raKey))
        let ocspKey = try keys.load(SystemCertificateKeeper.keyName(.ocspResponder), passphrase: passphrase)
        let ocspResponder = (ocspKey, try await keeper.current(.ocspResponder, key: ocspKey))
        let former = try await administration.core.systemCertificates.unexpired(.scepRA).map(\.certificate).filter {
            $0 != registrationAuthority.1 && $0.publicKey == registrationAuthority.0.publicKey
        }
        own = OwnCertificates(
            registrationAuthority: registrationAuthority, former: former, ocspResponder: ocspResponder,
            issuers: [issuer, administration.hierarchy.root.certificate])
        let tlsKey = try keys.loadSoftware(SystemCertificateKeeper.keyName(.tlsServer), passphrase: passphrase)
        self.tlsKey = tlsKey
        let tlsCertificate = try await keeper.current(.tlsServer, key: tlsKey)
        tls = try TLSIdentities(
            administration.configuration, directory: administration.directory, certificate: tlsCertificate, key: tlsKey.unencryptedPEM(),
            issuers: authority.identity.chain.map(\.pem).joined(), logger: logger)
    }

    private var services: EnrollmentServices { administration.core }
    private var configuration: Configuration { administration.configuration }

    // MARK: Listeners

    func listeners(_ readiness: Readiness) -> [any Service] {
        Listener.allCases.map { listener in
            let (address, identity, router) = parts(of: listener)
            let service = HTTPListener(
                name: listener.rawValue, address: address, tls: identity, asksForClientCertificate: listener == .est,
                limits: limits(of: listener), router: router, logger: logger, onReady: { _ in await readiness.accepts(listener.rawValue) })
            return AddressedService(service, address: address)
        }
    }

    private func limits(of listener: Listener) -> HTTPLimits {
        var limits = HTTPLimits(maxBody: configuration.limits.requestBody, maxConnections: configuration.limits.connections)
        // A backup or the CRL of a large CA takes its time.
        if listener == .admin { limits.requestDeadline = .minutes(30) }
        return limits
    }

    private func parts(of listener: Listener) -> (ListenAddress, TLSIdentitySource?, Router<TransportContext>) {
        switch listener {
        case .http: (configuration.listeners.http.address, nil, httpRouter)
        case .https: (configuration.listeners.https.address, tls.https, httpsRouter)
        case .est: (configuration.listeners.est.address, tls.est, estRouter)
        case .admin: (ListenAddress(unixSocket: administration.directory.socket), nil, adminRouter)
        }
    }

    private func router() -> Router<TransportContext> {
        let router = Router(context: TransportContext.self)
        router.add(middleware: CountingMiddleware(counter: counter))
        router.add(middleware: RateLimitMiddleware(limits: rateLimits))
        return router
    }

    private var httpRouter: Router<TransportContext> {
        let router = router()
        SCEPRoutes(
            catalog: services.catalog, pipeline: services.pipeline,
            records: PublicRecords(ledger: services.ledger, lists: services.revocationLists), surroundings: services.surroundings,
            signers: services.signers,
            identities: { [own] _, _ throws(Refusal) in try own.scepIdentity() }
        )
        .register(on: router)
        let delegation = OCSPResponder.Delegation(issuer: authority.identity, key: own.ocspKey) { [own] in own.ocspResponder }
        StatusRoutes(
            generations: services.generations, lists: services.revocationLists,
            responder: OCSPResponder(delegations: [delegation], ledger: services.ledger, surroundings: services.surroundings),
            surroundings: services.surroundings
        ).register(on: router)
        HealthRoutes(services: services, issuer: administration.hierarchy.issuing.certificate).register(on: router)
        metrics.register(on: router)
        return router
    }

    private var httpsRouter: Router<TransportContext> {
        let router = router()
        NDESRoutes(services: services) { [authority] endpoint in
            endpoint.authority == authority.identity.authority ? authority.identity.certificate : nil
        }.register(on: router)
        let options = ACMEOptions(baseURL: configuration.urls.https, http01Port: configuration.acme.httpPort, isLab: configuration.lab)
        ACMERoutes(services: services, options: options, rules: addressRules, logger: logger).register(on: router)
        let identity = authority.identity
        WSTEPRoutes(
            catalog: services.catalog, pipeline: services.pipeline,
            links: WSTEPLinks(baseURL: configuration.urls.https, caName: configuration.name), surroundings: services.surroundings,
            identity: { $0 == identity.authority ? identity : nil }
        ).register(on: router)
        return router
    }

    /// Where ACME validation may go.
    private var addressRules: AddressRules {
        if configuration.lab { return .lab }
        return configuration.acme.allowPrivateAddresses == true ? .private : .public
    }

    private var estRouter: Router<TransportContext> {
        let router = router()
        ESTRoutes(services: services, issuers: [authority.identity]).register(on: router)
        return router
    }

    private var metrics: MetricsRoutes {
        MetricsRoutes(
            requests: counter, transactions: transactions, expiry: expiryMetrics, startedAt: startedAt,
            networks: (configuration.metrics?.from ?? MetricsRoutes.thisMachine).compactMap(IPNetwork.init))
    }

    private var adminRouter: Router<TransportContext> {
        let router = Router(context: TransportContext.self)
        AdminRoutes(administration: administration, logger: logger).register(on: router)
        metrics.register(on: router)
        return router
    }

    // MARK: Background

    /// How often to look whether a CRL is due: on schedule, after a compromise, or never by this process when another did it.
    private static let publicationLook: Duration = .seconds(5)

    var backgroundServices: [any Service] {
        let schedule = CRLSchedule(configuration)
        return [
            PeriodicService("publishing the CRL", every: Self.publicationLook, logger: logger) {
                guard let list = try await services.revocationLists.publishIfDue(for: authority, schedule.schedule) else { return }
                logger.info("CRL published", metadata: ["number": "\(list.number)", "entries": "\(list.entries)"])
            },
            PeriodicService("telling what ends soon", every: .seconds(60), logger: logger) { try await alerts.look() },
            PeriodicService("superseding what was renewed", every: .seconds(60), logger: logger) {
                let count = try await services.supersession.run()
                if count > 0 { logger.info("superseded", metadata: ["certificates": "\(count)"]) }
            },
            PeriodicService("renewing the CA's own certificates", every: .seconds(3600), logger: logger) {
                try await renewOwnCertificates()
            },
            PeriodicService("forgetting what is over", every: .seconds(3600), logger: logger) { try await services.ledger.forgetExpired() },
            PeriodicService("pruning what is older than the configuration wants", every: .seconds(3600), logger: logger) {
                let result = try await services.pruner.prune(.init(configuration.retention, at: services.surroundings.now))
                if !result.isEmpty { logger.notice("pruned", metadata: ["rows": "\(result)"]) }
            },
            PeriodicService("signing the audit log", every: .seconds(300), logger: logger) { try await signAuditLog() },
            PeriodicService("indexing names", every: .seconds(30), logger: logger) { try await services.names.catchUp() },
            PeriodicService("looking after TLS certificate files", every: .seconds(5), logger: logger) { tls.reloadChangedFiles() },
        ]
    }

    /// The number and digest go to the log too: who keeps that elsewhere has a witness of the audit log's length.
    private func signAuditLog() async throws {
        guard let key = administration.auditKey, try await !services.audit.endsWithCheckpoint() else { return }
        let number = try await services.audit.checkpoint(with: key)
        logger.notice("audit log signed", metadata: ["entry": "\(number)"])
    }

    private func renewOwnCertificates() async throws {
        if own.use(registrationAuthority: try await keeper.current(.scepRA, key: own.registrationAuthorityKey)) {
            logger.notice("the SCEP RA has a new certificate")
        }
        if own.use(ocspResponder: try await keeper.current(.ocspResponder, key: own.ocspKey)) {
            logger.notice("the OCSP responder has a new certificate")
        }
        try tls.use(try await keeper.current(.tlsServer, key: tlsKey))
    }
}
