import Logging
import PKIFormats
import Persistence
import SigningKeys

/// Has certificates of CA keys issued by the one path: at the `system` endpoint of the authority that signs, kept in the ledger.
package struct GenerationCertifier: Sendable {
    private let database: any Database
    private let surroundings: Surroundings
    private let logger: Logger

    package init(database: any Database, surroundings: Surroundings, logger: Logger) {
        self.database = database
        self.surroundings = surroundings
        self.logger = logger
    }

    /// - Parameters:
    ///   - template: must be offered by the rule of the issuer's system endpoint.
    ///   - issuer: the CA that signs, with its key; its state does not matter.
    package func certify(_ key: any SigningKey, as subject: DistinguishedName, template: String, by issuer: Authority) async throws
        -> Certificate
    {
        let services = EnrollmentServices(
            database: database, surroundings: surroundings, logger: logger, authorities: AuthorityRegistry(active: [issuer]))
        try await services.catalog.reload()
        return try await services.systemCertificates.issue(
            through: services.pipeline, endpoint: DefaultEndpoints.system(of: issuer.identity.authority), template: template, key: key,
            subject: subject,
            // Named, so that the same key under another issuer is another request.
            addressee: issuer.identity.keyIdentifier
        ).certificate
    }

    /// A certificate that the key signs for itself: a root's first, and a new root's beside the old one.
    package func certifyRoot(_ key: any SigningKey, as subject: DistinguishedName, authority: String, baseURL: String) async throws
        -> Certificate
    {
        let unborn = AuthorityIdentity(
            authority: authority, subject: subject, publicKey: key.publicKey, certificate: nil, baseURL: baseURL)
        return try await certify(key, as: subject, template: "root-ca", by: Authority(identity: unborn, key: key))
    }
}
