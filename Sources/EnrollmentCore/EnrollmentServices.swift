import Logging
import Persistence

/// The core, put together over one database: what the front ends, the command line and the tests are given.
package struct EnrollmentServices: Sendable {
    package let database: any Database
    package let surroundings: Surroundings
    package let catalog: Catalog
    package let authorities: AuthorityRegistry
    package let ledger: IssuanceLedger
    package let transactions: TransactionLog
    package let pipeline: IssuancePipeline
    package let approvals: Approvals
    package let revocation: RevocationDesk
    package let challenges: ChallengeStore
    package let users: UserStore
    package let signers: RegisteredSigners
    package let revokers: RevokerStore
    package let search: LedgerSearch
    package let names: NameIndex
    package let replies: ReplyLog
    package let audit: AuditLog
    package let pruner: Pruner
    /// Nil where the passphrase is not known.
    package let rawRequests: RawRequests?
    package let revocationLists: RevocationLists
    package let generations: GenerationStore
    package let systemCertificates: SystemCertificates
    package let keyBlocklist: KeyBlocklist
    package let directory: DirectoryBook
    package let expiry: ExpirySearch
    package let alerts: ExpiryAlerts
    package let supersession: Supersession
    package let certifier: GenerationCertifier

    /// - Parameters:
    ///   - authorities: the CAs; the roots of a server are there without their keys.
    ///   - authenticators: those of front ends, besides the core's own.
    ///   - rawRequests: keeps what arrived.
    ///   - duties: who performs what must be done before a release, by the kind of the order.
    ///   - reached, releasesInSteps: see `IssuancePipeline`.
    package init(
        database: any Database, surroundings: Surroundings, logger: Logger, authorities: AuthorityRegistry,
        authenticators: [AuthenticatorKind: any Authenticator] = [:], weakKeys: WeakKeyList = WeakKeyList(),
        rawRequests: RawRequests? = nil, duties: [String: any ReleaseDuty] = [:],
        reached: @escaping @Sendable (Checkpoint) -> Void = { _ in }, releasesInSteps: Bool = false
    ) {
        self.database = database
        self.surroundings = surroundings
        catalog = Catalog(database: database, clock: surroundings.clock)
        self.authorities = authorities
        ledger = IssuanceLedger(database: database, surroundings: surroundings)
        transactions = TransactionLog(database: database, surroundings: surroundings, logger: logger, rawRequests: rawRequests)
        challenges = ChallengeStore(database: database, surroundings: surroundings)
        users = UserStore(database: database, surroundings: surroundings)
        signers = RegisteredSigners(database: database, surroundings: surroundings)
        revokers = RevokerStore(database: database, surroundings: surroundings)
        let own: [AuthenticatorKind: any Authenticator] = [
            .challenge: ChallengeAuthenticator(store: challenges), .password: PasswordAuthenticator(store: users),
            .certificate: CertificateAuthenticator(ledger: ledger), .signer: SignerAuthenticator(signers: signers),
            .operator: OperatorAuthenticator(), .system: SystemAuthenticator(), .revoker: RevokerAuthenticator(store: revokers),
        ]
        let desk = AuthenticationDesk(catalog: catalog, authenticators: own.merging(authenticators) { own, _ in own })
        pipeline = IssuancePipeline(
            catalog: catalog, desk: desk, ledger: ledger, authorities: authorities, transactions: transactions, surroundings: surroundings,
            weakKeys: weakKeys, duties: duties, reached: reached, releasesInSteps: releasesInSteps)
        approvals = Approvals(catalog: catalog, ledger: ledger, pipeline: pipeline, transactions: transactions)
        revocation = RevocationDesk(desk: desk, ledger: ledger, transactions: transactions, surroundings: surroundings)
        self.rawRequests = rawRequests
        names = NameIndex(database: database)
        replies = ReplyLog(database: database)
        audit = AuditLog(database: database, surroundings: surroundings)
        pruner = Pruner(database: database, surroundings: surroundings)
        search = LedgerSearch(database: database, ledger: ledger)
        revocationLists = RevocationLists(database: database, surroundings: surroundings)
        generations = GenerationStore(database: database, surroundings: surroundings)
        systemCertificates = SystemCertificates(database: database, surroundings: surroundings)
        directory = DirectoryBook(database: database, surroundings: surroundings)
        keyBlocklist = KeyBlocklist(database: database, surroundings: surroundings)
        expiry = ExpirySearch(
            database: database, catalog: catalog, generations: generations, systemCertificates: systemCertificates, lists: revocationLists)
        alerts = ExpiryAlerts(database: database, search: expiry, surroundings: surroundings)
        supersession = Supersession(ledger: ledger, desk: revocation, surroundings: surroundings)
        certifier = GenerationCertifier(database: database, surroundings: surroundings, logger: logger)
    }
}
