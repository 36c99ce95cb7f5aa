import Foundation
import PKIFormats
import Persistence

/// Finds what ends soon: clients' certificates, and the certificates and lists of the CA's own.
package struct ExpirySearch: Sendable {
    private let database: any Database
    private let catalog: Catalog
    private let generations: GenerationStore
    private let systemCertificates: SystemCertificates
    private let lists: RevocationLists

    init(
        database: any Database, catalog: Catalog, generations: GenerationStore, systemCertificates: SystemCertificates,
        lists: RevocationLists
    ) {
        self.database = database
        self.catalog = catalog
        self.generations = generations
        self.systemCertificates = systemCertificates
        self.lists = lists
    }

    /// Clients' certificates that end after the lower bound and not after the upper, the next first: released, unrevoked, and not renewed.
    package func certificates(_ span: ClosedRange<Date>, limit: Int) async throws -> [Expiring] {
        let (condition, parameters) = condition(span)
        return try await database.read(
            "SELECT serial, subject, names, not_before, not_after FROM issuances i WHERE \(condition) ORDER BY not_after, id LIMIT ?",
            parameters + [.integer(Int64(limit))]
        ).map { row in
            let subject = try row.text("subject")
            return Expiring(
                kind: .certificate, name: subject.isEmpty ? try row.text("names") : subject,
                identifier: SerialNumber.hex(try row.blob("serial")), begins: try row.date("not_before"), ends: try row.date("not_after"))
        }
    }

    /// How many there are.
    package func count(_ span: ClosedRange<Date>) async throws -> Int {
        let (condition, parameters) = condition(span)
        return Int(
            try await database.read("SELECT COUNT(*) AS n FROM issuances i WHERE \(condition)", parameters).first?.integer("n") ?? 0)
    }

    private func condition(_ span: ClosedRange<Date>) -> (String, [SQLValue]) {
        // The CA's own are told of by their roles.
        let own = catalog.endpoints.filter { $0.protocolName == .system }.map(\.name)
        let places = Array(repeating: "?", count: own.count).joined(separator: ", ")
        return (
            """
            not_after > ? AND not_after <= ? AND state = 'released' AND revoked_at IS NULL AND endpoint NOT IN (\(places)) AND NOT EXISTS (
                SELECT 1 FROM renewals r JOIN issuances s ON s.id = r.successor
                WHERE r.predecessor = i.id AND s.state = 'released' AND s.revoked_at IS NULL)
            """, [.date(span.lowerBound), .date(span.upperBound)] + own.map { .text($0) }
        )
    }

    /// The certificates of the CAs and of the server, and the current lists, the next to end first.
    package func own() async throws -> [Expiring] {
        var found: [Expiring] = []
        for generation in try await generations.all() where generation.state.signsStatus {
            let certificate = generation.certificate
            let key = certificate.authorityKey
            found.append(
                Expiring(
                    kind: .authority, name: generation.authority, identifier: key.hex, begins: certificate.validity.notBefore,
                    ends: certificate.validity.notAfter,
                    longestIssued: generation.state == .active ? catalog.longestLifetime(below: generation.authority)?.lifetime : nil))
            for head in try await lists.heads(issuerKey: key) {
                found.append(
                    Expiring(
                        kind: .list, name: generation.authority, identifier: head.scope.fileName, begins: head.thisUpdate,
                        ends: head.nextUpdate))
            }
            for role in SystemCertificates.Role.allCases {
                guard let certificate = try await systemCertificates.newest(role, issuerKey: key)?.certificate else { continue }
                found.append(
                    Expiring(
                        kind: Self.kind(role), name: certificate.subject.description,
                        identifier: SerialNumber.hex(certificate.serialNumber), begins: certificate.validity.notBefore,
                        ends: certificate.validity.notAfter))
            }
        }
        return found.sorted { $0.ends < $1.ends }
    }

    private static func kind(_ role: SystemCertificates.Role) -> Expiring.Kind {
        switch role {
        case .scepRA, .scepRASigning, .scepRAEncryption: .scepRA
        case .ocspResponder: .ocspResponder
        case .tlsServer: .tlsServer
        }
    }
}
