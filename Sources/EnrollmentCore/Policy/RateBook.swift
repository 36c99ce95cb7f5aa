import Foundation
import Persistence

/// Counts what rules with a rate have let pass.
struct RateBook: Sendable {
    /// The condition that a rate is not used up.
    static let claimLabel = "rate of the policy rule"

    let database: any Database

    /// How many other requests the rule has let pass within the window.
    func used(_ rate: RuleConditions.Rate, of rule: String, by applicant: Applicant, now: Date) async throws(Refusal) -> Int {
        do {
            let rows = try await database.read(
                "SELECT COUNT(*) AS n FROM rate_uses WHERE scope = ? AND request <> ? AND used_at > ?",
                [
                    .blob(Self.scope(rate, rule, applicant)), .blob(applicant.request.digest),
                    .date(now.addingTimeInterval(-Double(rate.within))),
                ])
            return Int(try rows.first?.integer("n") ?? 0)
        } catch {
            throw Refusal(.internalFault, at: .authorize, detail: "\(error)")
        }
    }

    /// Counts this request, in the transaction that records or holds it: of two at once that would be one too many, one fails.
    static func claim(_ rate: RuleConditions.Rate, of rule: String, by applicant: Applicant, now: Date) -> WriteUnit {
        let scope = SQLValue.blob(scope(rate, rule, applicant))
        let request = SQLValue.blob(applicant.request.digest)
        return WriteUnit([
            Statement(
                "DELETE FROM rate_uses WHERE scope = ? AND used_at <= ?", [scope, .date(now.addingTimeInterval(-Double(rate.within)))]),
            Statement(
                "INSERT INTO rate_uses (scope, request, used_at) VALUES (?, ?, ?) ON CONFLICT (scope, request) DO UPDATE SET used_at = excluded.used_at",
                [scope, request, .date(now)]),
            Statement(
                "UPDATE rate_uses SET used_at = used_at WHERE scope = ? AND request = ? AND (SELECT COUNT(*) FROM rate_uses WHERE scope = ?) <= ?",
                [scope, request, scope, .integer(Int64(rate.count))], expectedRows: 1, label: claimLabel),
        ])
    }

    static func refusal(_ detail: String, at stage: Refusal.Stage) -> Refusal {
        Refusal(
            .rateLimited, at: stage, detail: detail,
            advice: "wait, or raise the rate of the endpoint's rule (`muster export`, `muster apply`)")
    }

    private static func scope(_ rate: RuleConditions.Rate, _ rule: String, _ applicant: Applicant) -> [UInt8] {
        var hash = FieldHash()
        hash.add(applicant.endpoint.name)
        hash.add(rule)
        hash.add(rate.per == .principal ? applicant.principal : "")
        return hash.finish()
    }
}
