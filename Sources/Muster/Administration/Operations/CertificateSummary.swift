import EnrollmentCore
import Foundation

/// One certificate as lists show it.
struct CertificateSummary: Codable, Sendable {
    enum Status: String, Codable, Sendable, CaseIterable {
        case valid, expired, revoked
        /// Recorded, and not yet released.
        case unfinished
        /// Never delivered and never will be: its serial is answered as revoked.
        case void
    }

    let serial: String
    let status: Status
    let subject: String
    let names: String
    let notBefore: Date
    let notAfter: Date
    let endpoint: String
    let template: String
    /// The id of the transaction that made it.
    let transaction: String

    init(_ record: IssuanceRecord, at now: Date) {
        serial = SerialNumber.text(record.serialNumber)
        status = Self.status(of: record, at: now)
        subject = record.subject
        names = record.names
        notBefore = record.validity.notBefore
        notAfter = record.validity.notAfter
        endpoint = record.endpoint
        template = record.template
        transaction = record.id.description
    }

    private static func status(of record: IssuanceRecord, at now: Date) -> Status {
        if record.revocation != nil { return .revoked }
        switch record.state {
        case .recorded, .issued: return .unfinished
        case .quarantined, .tombstoned: return .void
        case .released: return record.validity.notAfter <= now ? .expired : .valid
        }
    }
}
