import Foundation
import Logging
import PKIFormats
import Persistence
import SigningKeys

/// Brings a new CA into being: catalog, root and issuing CA, each certificate issued by the one path and kept in the ledger.
package struct Founding: Sendable {
    /// What `muster init` decides.
    package struct Plan: Sendable {
        /// Becomes part of the CAs' common names, for example `Muster Lab`.
        package let name: String
        /// Scheme, host and port of the status URLs in certificates, without a trailing slash.
        package let baseURL: String
        /// Seconds for which the root's CRL is good: its key is offline and must be brought to publish the next.
        package let rootListLifetime: TimeInterval
        /// Seconds for which the issuing CA's CRL is good.
        package let issuingListLifetime: TimeInterval

        package init(
            name: String, baseURL: String, rootListLifetime: TimeInterval = 365 * 86_400, issuingListLifetime: TimeInterval = 7 * 86_400
        ) {
            self.name = name
            self.baseURL = baseURL
            self.rootListLifetime = rootListLifetime
            self.issuingListLifetime = issuingListLifetime
        }
    }

    /// A key with the name by which it is found again.
    package struct NamedKey: Sendable {
        let key: any SigningKey
        let name: String

        package init(_ key: any SigningKey, name: String) {
            self.key = key
            self.name = name
        }
    }

    private let database: any Database
    private let surroundings: Surroundings
    private let logger: Logger

    package init(database: any Database, surroundings: Surroundings, logger: Logger) {
        self.database = database
        self.surroundings = surroundings
        self.logger = logger
    }

    /// Fills an empty, migrated database.
    /// - Returns: both authorities, ready to sign, with their first (empty) CRLs published.
    package func found(_ plan: Plan, root rootKey: NamedKey, issuing issuingKey: NamedKey) async throws -> (
        root: Authority, issuing: Authority
    ) {
        try await Catalog(database: database).add(
            endpoints: try DefaultEndpoints.make(), templates: DefaultTemplates.all,
            at: surroundings.now)

        let certifier = GenerationCertifier(database: database, surroundings: surroundings, logger: logger)
        let rootCertificate = try await certifier.certifyRoot(
            rootKey.key, as: DistinguishedName(commonName: "\(plan.name) Root CA"), authority: DefaultEndpoints.rootAuthority,
            baseURL: plan.baseURL)
        let root = Authority(
            identity: identity(DefaultEndpoints.rootAuthority, rootCertificate, root: rootCertificate, plan), key: rootKey.key)

        let issuingCertificate = try await certifier.certify(
            issuingKey.key, as: DistinguishedName(commonName: "\(plan.name) Issuing CA"), template: "issuing-ca", by: root)
        let issuing = Authority(
            identity: identity(DefaultEndpoints.issuingAuthority, issuingCertificate, root: rootCertificate, plan), key: issuingKey.key)

        let generations = GenerationStore(database: database, surroundings: surroundings)
        try await generations.add(DefaultEndpoints.rootAuthority, certificate: rootCertificate, keyName: rootKey.name)
        try await generations.add(DefaultEndpoints.issuingAuthority, certificate: issuingCertificate, keyName: issuingKey.name)
        let lists = RevocationLists(database: database, surroundings: surroundings)
        _ = try await lists.publish(for: root, lifetime: plan.rootListLifetime)
        _ = try await lists.publish(for: issuing, lifetime: plan.issuingListLifetime)
        return (root, issuing)
    }

    private func identity(_ authority: String, _ certificate: Certificate, root: Certificate, _ plan: Plan) -> AuthorityIdentity {
        AuthorityIdentity(
            authority: authority, subject: certificate.subject, publicKey: certificate.publicKey, certificate: certificate, root: root,
            baseURL: plan.baseURL)
    }
}
