import Foundation
import PKIFormats
import Persistence

/// Takes over what a CA did before it came here: its certificates into the ledger, its revocations, and its CRL's number, which goes on.
///
/// The generation itself comes last: a takeover that was cut off is repeated, and writes nothing twice.
package struct Takeover: Sendable {
    /// A certificate that the former CA revoked.
    package struct Revoked: Sendable {
        let serialNumber: [UInt8]
        let instant: Date
        let reason: RevocationReason

        package init(serialNumber: [UInt8], instant: Date, reason: RevocationReason?) {
            self.serialNumber = serialNumber
            self.instant = instant
            self.reason = reason ?? .unspecified
        }
    }

    /// What the former CA left.
    package struct Estate: Sendable {
        let chain: CertifiedChain
        let issued: [Certificate]
        let revoked: [Revoked]
        let list: CertificateRevocationList?
        /// The endpoint at which holders of these certificates may renew; empty: none.
        let endpoint: String
        /// The template that a renewal stays with; empty: the endpoint's default.
        let template: String

        package init(
            chain: CertifiedChain, issued: [Certificate], revoked: [Revoked], list: CertificateRevocationList?, endpoint: String,
            template: String
        ) {
            self.chain = chain
            self.issued = issued
            self.revoked = revoked
            self.list = list
            self.endpoint = endpoint
            self.template = template
        }
    }

    /// How much was taken over.
    package struct Count: Sendable {
        package let certificates: Int
        package let revocations: Int
        /// Revoked serial numbers whose certificate was not given: they stay in the CRL.
        package let unknownRevoked: Int
        /// Certificates that this CA has not signed.
        package let foreign: Int
    }

    private static let rowsAtOnce = 200

    private let database: any Database
    private let surroundings: Surroundings
    private let generations: GenerationStore
    private let lists: RevocationLists

    package init(_ services: EnrollmentServices) {
        database = services.database
        surroundings = services.surroundings
        generations = services.generations
        lists = services.revocationLists
    }

    package func take(_ estate: Estate, authority: String, keyName: String) async throws -> Count {
        let issuer = estate.chain.certificate
        let own = Set(estate.issued).filter { $0 != issuer && $0.issuer.matches(issuer.subject) && $0.isSigned(by: issuer.publicKey) }
        let certificates = Dictionary(own.map { ($0.serialNumber, $0) }) { first, _ in first }
        var revocations = Dictionary(estate.revoked.map { ($0.serialNumber, $0) }) { first, _ in first }
        for entry in estate.list?.entries ?? [] {
            revocations[entry.serialNumber] = Revoked(
                serialNumber: entry.serialNumber, instant: entry.revocationDate, reason: entry.reason)
        }
        var rows: [Statement] = certificates.values.map { row($0, revocations[$0.serialNumber], estate, authority) }
        let unknown = revocations.values.filter { certificates[$0.serialNumber] == nil }
        rows += unknown.map { row($0, issuer, authority) }
        // A row of an earlier attempt may have come before the revocation.
        rows += revocations.values.map { revocation in
            Statement(
                """
                UPDATE issuances SET revoked_at = ?, revocation_reason = ?, revoked_by = ?
                WHERE issuer_key = ? AND serial = ? AND revoked_at IS NULL
                """,
                [
                    .date(revocation.instant), .integer(Int64(revocation.reason.rawValue)), .text(Self.principal),
                    .blob(issuer.authorityKey),
                    .blob(revocation.serialNumber),
                ])
        }
        for start in stride(from: 0, to: rows.count, by: Self.rowsAtOnce) {
            try await database.write(WriteUnit(Array(rows[start..<min(start + Self.rowsAtOnce, rows.count)])))
        }
        if let list = estate.list { _ = try await lists.importList(list, of: issuer) }
        try await generations.add(estate.chain, authority: authority, keyName: keyName)
        return Count(
            certificates: certificates.count, revocations: revocations.count, unknownRevoked: unknown.count,
            foreign: Set(estate.issued).count - own.count - (estate.issued.contains(issuer) ? 1 : 0))
    }

    private static let principal = "takeover"

    private func row(_ certificate: Certificate, _ revocation: Revoked?, _ estate: Estate, _ authority: String) -> Statement {
        insert(
            state: .released, endpoint: estate.endpoint, authority: authority, issuerKey: estate.chain.certificate.authorityKey,
            serial: certificate.serialNumber, template: estate.template, subject: certificate.subject.description,
            names: certificate.subjectAlternativeNames.map(\.description).joined(separator: ", "),
            key: certificate.publicKey.keyIdentifier, validity: certificate.validity, certificate: certificate, revocation: revocation)
    }

    /// A serial number of which no more is known than that it is revoked; it stays in the CRL as long as the CA lives.
    private func row(_ revocation: Revoked, _ issuer: Certificate, _ authority: String) -> Statement {
        insert(
            state: .tombstoned, endpoint: "", authority: authority, issuerKey: issuer.authorityKey, serial: revocation.serialNumber,
            template: "", subject: "", names: "", key: [],
            validity: Validity(notBefore: min(revocation.instant, issuer.validity.notAfter), notAfter: issuer.validity.notAfter),
            certificate: nil, revocation: revocation)
    }

    private func insert(
        state: IssuanceState, endpoint: String, authority: String, issuerKey: [UInt8], serial: [UInt8], template: String, subject: String,
        names: String, key: [UInt8], validity: Validity, certificate: Certificate?, revocation: Revoked?
    ) -> Statement {
        let now = surroundings.now
        return Statement(
            """
            INSERT INTO issuances (id, state, endpoint, exchange, principal, authority, issuer_key, serial, template, template_version, subject,
                names, key_identifier, not_before, not_after, to_be_signed, certificate, recorded_at, lease_until, released_at,
                revoked_at, revocation_reason, revoked_by)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?) ON CONFLICT (issuer_key, serial) DO NOTHING
            """,
            [
                .blob(RequestID(in: surroundings).bytes), .text(state.rawValue), .text(endpoint), .blob([]), .text(Self.principal),
                .text(authority), .blob(issuerKey), .blob(serial), .text(template), .text(subject), .text(names), .blob(key),
                .date(validity.notBefore), .date(validity.notAfter), .blob(certificate?.toBeSigned ?? []), .optional(certificate?.der),
                .date(now), .date(now), revocation.map { .date($0.instant) } ?? .null,
                revocation.map { .integer(Int64($0.reason.rawValue)) } ?? .null, .optional(revocation.map { _ in Self.principal }),
            ])
    }
}
