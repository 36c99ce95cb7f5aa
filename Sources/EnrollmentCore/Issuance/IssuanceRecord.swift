import Foundation
import PKIFormats
import Persistence

/// A row of `issuances`, as far as the path and the operator need it.
package struct IssuanceRecord: Sendable {
    package let id: RequestID
    package let state: IssuanceState
    package let endpoint: String
    package let principal: String
    package let authority: String
    package let issuerKey: [UInt8]
    package let serialNumber: [UInt8]
    package let template: String
    package let templateVersion: Int
    package let subject: String
    package let names: String
    package let validity: Validity
    let toBeSigned: [UInt8]
    /// Nil until the signed bytes are durable.
    package let certificate: Certificate?
    package let recordedAt: Date
    let leaseUntil: Date
    package let revocation: (instant: Date, reason: RevocationReason)?

    static let columns = """
        id, state, endpoint, principal, authority, issuer_key, serial, template, template_version, subject, names, not_before, not_after, \
        to_be_signed, certificate, recorded_at, lease_until, revoked_at, revocation_reason
        """

    init(_ row: Row) throws {
        guard let id = RequestID(bytes: try row.blob("id")), let state = IssuanceState(rawValue: try row.text("state")) else {
            throw PersistenceError.unavailable("an issuance row has an unknown id or state")
        }
        self.id = id
        self.state = state
        endpoint = try row.text("endpoint")
        principal = try row.text("principal")
        authority = try row.text("authority")
        issuerKey = try row.blob("issuer_key")
        serialNumber = try row.blob("serial")
        template = try row.text("template")
        templateVersion = Int(try row.integer("template_version"))
        subject = try row.text("subject")
        names = try row.text("names")
        validity = Validity(notBefore: try row.date("not_before"), notAfter: try row.date("not_after"))
        toBeSigned = try row.blob("to_be_signed")
        certificate = try row.optionalBlob("certificate").map { try Certificate(der: $0) }
        recordedAt = try row.date("recorded_at")
        leaseUntil = try row.date("lease_until")
        revocation = try row.optionalDate("revoked_at").map { instant in
            (instant, try RevocationReason(rawValue: Int(row.optionalInteger("revocation_reason") ?? 0)) ?? .unspecified)
        }
    }

    /// Whether the holder may be given this certificate again.
    func isDeliverable(at instant: Date) -> Bool { state == .released && revocation == nil && validity.notAfter > instant }
}
