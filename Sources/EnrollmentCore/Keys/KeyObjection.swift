import Foundation
import PKIFormats
import Persistence
import Synchronization

/// A reason in the database not to certify a key. The ledger finds that there is none in the very transaction that records.
struct KeyObjection {
    /// Where to look.
    private enum Ground: Int {
        case compromised, blocked, authority, server
        /// Live certificates of the key.
        case live
        /// Those of them that belong to somebody else.
        case foreign
        case foreignButOne

        /// What follows `SELECT … FROM`; a row of it is the objection.
        var source: String {
            switch self {
            case .compromised: "issuances WHERE key_identifier = ? AND revocation_reason = 1"
            case .blocked: "blocked_keys WHERE key_hash = ?"
            case .authority: "generations WHERE key_identifier = ?"
            case .server: "issuances WHERE key_identifier = ? AND principal LIKE 'system:%'"
            case .live:
                "issuances WHERE key_identifier = ? AND revoked_at IS NULL AND not_after > ? AND state IN ('recorded', 'issued', 'released')"
            case .foreign:
                Ground.live.source + " AND NOT (subject = ? AND (subject <> '' OR names = ?)) AND NOT (principal = ? AND endpoint = ?)"
            case .foreignButOne: Ground.foreign.source + " AND serial <> ?"
            }
        }
    }

    private let ground: Ground
    private let parameters: [SQLValue]
    private let publicText: String
    /// Put together only where it is needed.
    private let detail: @Sendable () -> String
    private let advice: String?

    private init(
        _ ground: Ground, _ parameters: [SQLValue], _ publicText: String, detail: @autoclosure @escaping @Sendable () -> String,
        advice: String? = nil
    ) {
        self.ground = ground
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
                .compromised, [identifier],
                "this key is known as compromised: make a new one",
                detail: "a certificate of key \(name.hex) was revoked for keyCompromise"),
            KeyObjection(
                .blocked, [.blob(KeyBlocklist.hash(of: key))], "this key is blocked: make a new one",
                detail: "key \(name.hex) is on the block list", advice: "`muster key list` tells why it was blocked"),
        ]
        // The server asks for its own certificates of its own keys.
        guard plan.authorized.authenticated.endpoint.protocolName != .system else { return objections }
        objections += [
            KeyObjection(
                .authority, [identifier], "this key belongs to the CA", detail: "key \(name.hex) is a CA's own"),
            KeyObjection(
                .server, [identifier], "this key belongs to the CA",
                detail: "key \(name.hex) is the server's own"),
        ]
        return objections + reuse(plan, identifier, name, now)
    }

    private static func reuse(_ plan: CertificatePlan, _ identifier: SQLValue, _ name: [UInt8], _ now: Date) -> [KeyObjection] {
        let authorized = plan.authorized
        let rule = authorized.template.keyReuse ?? .sameHolder
        var ground = Ground.live
        var parameters = [identifier, .date(now)]
        switch rule {
        case .any: return []
        case .never: break
        case .sameHolder:
            ground = .foreign
            parameters += [
                .text(plan.subjectText), .text(plan.namesText),
                .text(authorized.authenticated.principal), .text(authorized.request.arrival.endpoint),
            ]
            if case .renew(let predecessor) = authorized.request.intent {
                ground = .foreignButOne
                parameters.append(.blob(predecessor.serialNumber))
            }
        }
        return [
            KeyObjection(
                ground, parameters, "another certificate has this key: make a new one",
                detail: "key \(name.hex) has another certificate, and template \(authorized.template.name) says keyReuse \(rule.rawValue)",
                advice: "let the client make a key of its own, revoke the other certificate, or set keyReuse of the template")
        ]
    }

    /// Changes exactly one row where nothing is said against the key.
    static func condition(_ objections: [KeyObjection], settlement: [UInt8], label: String) -> Statement {
        var parameters = [SQLValue.blob(settlement)]
        parameters.reserveCapacity(16)
        for objection in objections { parameters += objection.parameters }
        return Statement(condition(objections.map(\.ground)), parameters, expectedRows: 1, label: label)
    }

    /// The text for these grounds, put together once: a text at the same place in memory is known as prepared without being read.
    private static func condition(_ grounds: [Ground]) -> String {
        conditions.withLock { conditions in
            if let known = conditions[grounds] { return known }
            let text = grounds.reduce(into: "UPDATE settlements SET issuance = issuance WHERE digest = ?") { text, ground in
                text += " AND NOT EXISTS (SELECT 1 FROM \(ground.source))"
            }
            conditions[grounds] = text
            return text
        }
    }

    private static let conditions = Mutex<[[Ground]: String]>([:])

    /// The refusal of the first that holds now.
    static func refusal(_ objections: [KeyObjection], in database: any Database) async -> Refusal {
        for objection in objections {
            let rows = try? await database.read("SELECT 1 AS found FROM \(objection.ground.source) LIMIT 1", objection.parameters)
            guard rows?.isEmpty == false else { continue }
            return Refusal(
                .unacceptableKey, at: .record, publicText: objection.publicText, detail: objection.detail(), advice: objection.advice)
        }
        return Refusal(.unacceptableKey, at: .record, detail: "something was said against the key a moment ago")
    }
}
