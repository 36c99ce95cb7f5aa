import ACMEFrontend
import ESTFrontend
import EnrollmentCore
import Foundation
import HTTPTransport
import Hummingbird
import Logging
import PKIFormats
import RevocationFrontend
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
    private let counter = RequestCounter()
    private let transactions: TransactionCounter
    private let expiryMetrics: ExpiryMetrics
    private let alerts: AlertService
    private let rateLimits: RateLimits
    private let startedAt = Date()
    private let logger: Logger

    /// Loads the keys that serving needs, and replaces system certificates that are due.
    init(_ administration: Administration, logger: Logger) async throws {
        guard let vault = administration.vault else { throw CommandFailure("the CA's keys are not loaded") }
        _ = try administration.signer(DefaultEndpoints.issuingAuthority)
        self.administration = administration
        rateLimits = RateLimits(administration.configuration.limits)
        self.logger = logger
        let services = administration.core
        transactions = TransactionCounter(services)
        expiryMetrics = ExpiryMetrics(services)
        alerts = AlertService(
            alerts: services.alerts, days: administration.configuration.alerts?.days ?? AlertService.days,
            webhook: try AlertWebhook(administration.configuration, in: administration.directory), logger: logger)
        let keeper = SystemCertificateKeeper(configuration: administration.configuration, services: services, vault: vault)
        self.keeper = keeper
        let own = OwnCertificates(keeper, authorities: services.authorities)
        try await own.refresh()
        self.own = own
        let (key, chain) = try await Self.tlsIdentity(keeper, services.authorities)
        let tls = try TLSIdentities(
            administration.configuration, directory: administration.directory, chain: chain, key: TLSServerKey(key), logger: logger)
        self.tls = tls
        administration.changes.call { try await Self.refresh(own, tls, keeper, services.authorities) }
    }

    /// The server's own TLS key and its chain without the root: from the CA that issues by default.
    private static func tlsIdentity(_ keeper: SystemCertificateKeeper, _ authorities: AuthorityRegistry) async throws -> (
        key: any SigningKey, chain: String
    ) {
        guard let generation = authorities.active(DefaultEndpoints.issuingAuthority) else { throw CommandFailure("there is no issuing CA") }
        let (key, certificate) = try await keeper.tlsServer(of: generation)
        let identity = generation.identity
        return (key, ([certificate] + identity.chain + identity.bridges).map(\.pem).joined())
    }

    /// After a change of the authorities, and every hour: what is due is renewed.
    private static func refresh(
        _ own: OwnCertificates, _ tls: TLSIdentities, _ keeper: SystemCertificateKeeper, _ authorities: AuthorityRegistry
    ) async throws {
        try await own.refresh()
        try tls.use(chain: try await tlsIdentity(keeper, authorities).chain)
    }

    private var services: EnrollmentServices { administration.core }
    private var configuration: Configuration { administration.configuration }

    // MARK: Listeners

    func listeners(_ readiness: Readiness) -> [any Service] {
        Listener.allCases.map { listener in
            let (address, identity, routes) = parts(of: listener)
            let service = HTTPListener(
                name: listener.rawValue, address: address, tls: identity, asksForClientCertificate: listener == .est,
                limits: limits(of: listener), routes: routes, logger: logger, onReady: { _ in await readiness.accepts(listener.rawValue) })
            return AddressedService(service, address: address)
        }
    }

    private func limits(of listener: Listener) -> HTTPLimits {
        var limits = HTTPLimits(maxBody: configuration.limits.requestBody, maxConnections: configuration.limits.connections)
        // A backup or the CRL of a large CA takes its time.
        if listener == .admin {
            limits.requestDeadline = .minutes(30)
            // So may a CA that is taken over.
            limits.maxBody = 64 << 20
        }
        return limits
    }

    private func parts(of listener: Listener) -> (ListenAddress, TLSIdentitySource?, ListenerRoutes) {
        switch listener {
        case .http: (configuration.listeners.http.address, nil, httpRoutes)
        case .https: (configuration.listeners.https.address, tls.https, httpsRoutes)
        case .est: (configuration.listeners.est.address, tls.est, estRoutes)
        case .admin: (ListenAddress(unixSocket: administration.directory.socket), nil, adminRoutes)
        }
    }

    /// Routes of a listener that a network reaches.
    private func networkRoutes() -> ListenerRoutes {
        ListenerRoutes(behind: Reception(counter: counter, limits: rateLimits, replies: services.replies))
    }

    private var httpRoutes: ListenerRoutes {
        let routes = networkRoutes()
        SCEPRoutes(
            catalog: services.catalog, pipeline: services.pipeline,
            records: PublicRecords(ledger: services.ledger, lists: services.revocationLists), surroundings: services.surroundings,
            signers: services.signers,
            identities: { [own] endpoint, options throws(Refusal) in try own.scepIdentity(of: endpoint.authority, mode: options.mode) }
        )
        .register(on: routes.router)
        StatusRoutes(
            generations: services.generations, lists: services.revocationLists,
            responder: OCSPResponder(
                delegations: { [own] in own.delegations }, ledger: services.ledger, surroundings: services.surroundings),
            surroundings: services.surroundings
        ).register(on: routes.router)
        HealthRoutes(services: services).register(on: routes.router)
        metrics.register(on: routes.router)
        return routes
    }

    private var httpsRoutes: ListenerRoutes {
        var routes = networkRoutes()
        NDESRoutes(services: services) { [services] in services.authorities.active($0.authority)?.identity.certificate }
            .register(on: routes.router)
        let options = ACMEOptions(baseURL: configuration.urls.https, http01Port: configuration.acme.httpPort, isLab: configuration.lab)
        ACMERoutes(services: services, options: options, rules: addressRules, logger: logger).register(on: &routes)
        RevocationRoutes(services: services).register(on: routes.router)
        WSTEPRoutes(
            catalog: services.catalog, pipeline: services.pipeline,
            links: WSTEPLinks(baseURL: configuration.urls.https, caName: configuration.name), surroundings: services.surroundings,
            identity: { [services] in services.authorities.active($0)?.identity }
        ).register(on: routes.router)
        return routes
    }

    /// Where ACME validation may go.
    private var addressRules: AddressRules {
        if configuration.lab { return .lab }
        return configuration.acme.allowPrivateAddresses == true ? .private : .public
    }

    private var estRoutes: ListenerRoutes {
        let routes = networkRoutes()
        ESTRoutes(services: services).register(on: routes.router)
        return routes
    }

    private var metrics: MetricsRoutes {
        MetricsRoutes(
            requests: counter, transactions: transactions, expiry: expiryMetrics, startedAt: startedAt,
            networks: (configuration.metrics?.from ?? MetricsRoutes.thisMachine).compactMap(IPNetwork.init))
    }

    private var adminRoutes: ListenerRoutes {
        let routes = ListenerRoutes()
        AdminRoutes(administration: administration, logger: logger).register(on: routes.router)
        metrics.register(on: routes.router)
        return routes
    }

    // MARK: Background

    /// How often to look whether a CRL is due: on schedule, after a compromise, or never by this process when another did it.
    private static let publicationLook: Duration = .seconds(5)

    var backgroundServices: [any Service] {
        let schedule = CRLSchedule(configuration)
        return [
            PeriodicService("publishing the CRL", every: Self.publicationLook, logger: logger) {
                for signer in services.authorities.generations.compactMap(\.signer) {
                    guard let list = try await services.revocationLists.publishIfDue(for: signer, schedule.schedule) else { continue }
                    logger.info(
                        "CRL published",
                        metadata: [
                            "authority": "\(signer.identity.authority)", "number": "\(list.number)", "entries": "\(list.entries)",
                        ])
                }
            },
            PeriodicService("telling what ends soon", every: .seconds(60), logger: logger) { try await alerts.look() },
            PeriodicService("superseding what was renewed", every: .seconds(60), logger: logger) {
                let count = try await services.supersession.run()
                if count > 0 { logger.info("superseded", metadata: ["certificates": "\(count)"]) }
            },
            PeriodicService("renewing the CA's own certificates", every: .seconds(3600), logger: logger) {
                try await Self.refresh(own, tls, keeper, services.authorities)
            },
            PeriodicService("archiving CA keys that are over", every: .seconds(3600), logger: logger) {
                guard try await !administration.rollover.retireExpired().isEmpty else { return }
                try await administration.authoritiesChanged()
            },
            PeriodicService("forgetting what is over", every: .seconds(3600), logger: logger) { try await services.ledger.forgetExpired() },
            PeriodicService("pruning what is older than the configuration wants", every: .seconds(3600), logger: logger) {
                let result = try await services.pruner.prune(.init(configuration.retention, at: services.surroundings.now))
                if !result.isEmpty { logger.notice("pruned", metadata: ["rows": "\(result)"]) }
            },
            PeriodicService("signing the audit log", every: .seconds(300), logger: logger) { try await signAuditLog() },
            PeriodicService("writing down what was answered", every: .seconds(1), afterFailure: .seconds(5), logger: logger) {
                try await services.replies.flush()
            },
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
}
