import Foundation
import PKIFormats
import Persistence

/// A reason in the database not to certify a key. The ledger finds that there is none in the very transaction that records.
struct KeyObjection {
    /// What follows `SELECT … FROM`; a row of it is the objection.
    private let source: String
    private let parameters: [SQLValue]
    private let publicText: String
    /// Put together only where it is needed.
    private let detail: @Sendable () -> String
    private let advice: String?

    private init(
        _ source: String, _ parameters: [SQLValue], _ publicText: String, detail: @autoclosure @escaping @Sendable () -> String,
        advice: String? = nil
    ) {
        self.source = source
        self.parameters = parameters
        self.publicText = publicText
        self.detail = detail
        self.advice = advice
    }

    /// All that may be said against the key of this plan at `now`, the gravest first.
    static func all(to plan: CertificatePlan, at now: Date) -> [KeyObjection] {
        let key = plan.certificate.publicKey
        let name = plan.keyIdentifier
        let identifier = SQLValue.blob(name)
        var objections = [
            KeyObjection(
                "issuances WHERE key_identifier = ? AND revocation_reason = 1", [identifier],
                "this key is known as compromised: make a new one",
                detail: "a certificate of key \(name.hex) was revoked for keyCompromise"),
            KeyObjection(
                "blocked_keys WHERE key_hash = ?", [.blob(KeyBlocklist.hash(of: key))], "this key is blocked: make a new one",
                detail: "key \(name.hex) is on the block list", advice: "`muster key list` tells why it was blocked"),
        ]
        // The server asks for its own certificates of its own keys.
        guard plan.authorized.authenticated.endpoint.protocolName != .system else { return objections }
        objections += [
            KeyObjection(
                "generations WHERE key_identifier = ?", [identifier], "this key belongs to the CA", detail: "key \(name.hex) is a CA's own"),
            KeyObjection(
                "issuances WHERE key_identifier = ? AND principal LIKE 'system:%'", [identifier], "this key belongs to the CA",
                detail: "key \(name.hex) is the server's own"),
        ]
        return objections + reuse(plan, identifier, name, now)
    }

    /// Live certificates of the key.
    private static let live =
        "issuances WHERE key_identifier = ? AND revoked_at IS NULL AND not_after > ? AND state IN ('recorded', 'issued', 'released')"
    /// Those of them that belong to somebody else.
    private static let foreign =
        live + " AND NOT (subject = ? AND (subject <> '' OR names = ?)) AND NOT (principal = ? AND endpoint = ?)"
    private static let foreignButOne = foreign + " AND serial <> ?"

    private static func reuse(_ plan: CertificatePlan, _ identifier: SQLValue, _ name: [UInt8], _ now: Date) -> [KeyObjection] {
        let authorized = plan.authorized
        let rule = authorized.template.keyReuse ?? .sameHolder
        var source = live
        var parameters = [identifier, .date(now)]
        switch rule {
        case .any: return []
        case .never: break
        case .sameHolder:
            source = foreign
            parameters += [
                .text(plan.subjectText), .text(plan.namesText),
                .text(authorized.authenticated.principal), .text(authorized.request.arrival.endpoint),
            ]
            if case .renew(let predecessor) = authorized.request.intent {
                source = foreignButOne
                parameters.append(.blob(predecessor.serialNumber))
            }
        }
        return [
            KeyObjection(
                source, parameters, "another certificate has this key: make a new one",
                detail: "key \(name.hex) has another certificate, and template \(authorized.template.name) says keyReuse \(rule.rawValue)",
                advice: "let the client make a key of its own, revoke the other certificate, or set keyReuse of the template")
        ]
    }

    /// Changes exactly one row where nothing is said against the key.
    static func condition(_ objections: [KeyObjection], settlement: [UInt8], label: String) -> Statement {
        var sql = "UPDATE settlements SET issuance = issuance WHERE digest = ?"
        var parameters = [SQLValue.blob(settlement)]
        for objection in objections {
            sql += " AND NOT EXISTS (SELECT 1 FROM "
            sql += objection.source
            sql += ")"
            parameters += objection.parameters
        }
        return Statement(sql, parameters, expectedRows: 1, label: label)
    }

    /// The refusal of the first that holds now.
    static func refusal(_ objections: [KeyObjection], in database: any Database) async -> Refusal {
        for objection in objections {
            let rows = try? await database.read("SELECT 1 AS found FROM \(objection.source) LIMIT 1", objection.parameters)
            guard rows?.isEmpty == false else { continue }
            return Refusal(
                .unacceptableKey, at: .record, publicText: objection.publicText, detail: objection.detail(), advice: objection.advice)
        }
        return Refusal(.unacceptableKey, at: .record, detail: "something was said against the key a moment ago")
    }
}
