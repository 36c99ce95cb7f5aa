import EnrollmentCore
import Foundation
import PKIFormats

/// What the database tells about the health of the CA: certificates' lifetimes, CRL age, unfinished work.
struct Diagnose: AdminOperation {
    /// A certificate of the CA's own and the key that must fit it.
    struct KeyCheck: Codable, Sendable {
        let keyName: String
        /// Hex of the subject key identifier.
        let keyIdentifier: String
        let isRoot: Bool
    }

    struct Reply: Codable, Sendable {
        let findings: [Finding]
        let keys: [KeyCheck]
    }

    func perform(in administration: Administration) async throws -> Reply {
        let core = administration.core
        let now = core.surroundings.now
        var findings = [try await integrity(core)]
        var keys: [KeyCheck] = []
        let generations = core.authorities.generations.filter(\.state.signsStatus)
        for generation in generations {
            guard let certificate = generation.identity.certificate else { continue }
            findings.append(Self.lifetime("the \(Self.title(generation)) CA's certificate", certificate, now))
            if generation.state == .active, let template = core.catalog.longestLifetime(below: generation.identity.authority),
                certificate.validity.notAfter < now.addingTimeInterval(template.lifetime)
            {
                findings.append(
                    Finding(
                        .warning,
                        "the \(Self.title(generation)) CA ends sooner than what template '\(template.name)' issues today should live: "
                            + "`muster ca rollover prepare \(generation.identity.authority)`"))
            }
            guard !generation.keyName.isEmpty else { continue }
            keys.append(
                KeyCheck(
                    keyName: generation.keyName, keyIdentifier: certificate.publicKey.keyIdentifier.hex, isRoot: Self.isRoot(generation)))
        }
        for role in SystemCertificates.Role.allCases {
            guard let entry = try await core.systemCertificates.newest(role) else {
                // Endpoints with a split RA have theirs made when they are set so.
                guard ![.scepRASigning, .scepRAEncryption].contains(role) else { continue }
                findings.append(Finding(.problem, "there is no \(role.rawValue) certificate; the server makes one when it starts"))
                continue
            }
            findings.append(Self.lifetime("the \(role.rawValue) certificate", entry.certificate, now))
            keys.append(KeyCheck(keyName: entry.keyName, keyIdentifier: entry.certificate.publicKey.keyIdentifier.hex, isRoot: false))
        }
        for generation in generations {
            let remedy =
                generation.keyName.isEmpty
                ? "muster crl import" : Self.isRoot(generation) ? "muster crl publish --root" : "muster crl publish"
            findings.append(try await Self.list(generation, core, warningDays: Self.isRoot(generation) ? 60 : 0, remedy: remedy))
        }
        findings.append(try await unfinished(core))
        findings += core.catalog.endpoints.flatMap(EndpointOptionRules.findings)
        findings += try await catalog(core)
        return Reply(findings: findings, keys: keys)
    }

    private func integrity(_ core: EnrollmentServices) async throws -> Finding {
        let lines = try await core.database.read("PRAGMA quick_check(5)").map { try $0.text("quick_check") }
        return lines == ["ok"]
            ? Finding(.fine, "the database is intact")
            : Finding(.problem, "the database is damaged (\(lines.joined(separator: "; "))): restore a backup")
    }

    /// What the catalog's rules say of what is there, and whether the lint had to stop anything of late.
    private func catalog(_ core: EnrollmentServices) async throws -> [Finding] {
        let challenges = try await core.challenges.list().filter { !$0.isOneTime && $0.isLive(at: core.surroundings.now) }
        let rules = CatalogRules(authorities: try await core.generations.authorityNames(), staticChallenges: challenges)
        let problems = rules.problems(endpoints: core.catalog.endpoints, templates: core.catalog.templates, old: core.catalog.endpoints)
        let stopped = try await core.blockedByLint(since: core.surroundings.now.addingTimeInterval(-7 * 86_400))
        let lint =
            stopped == 0
            ? Finding(.fine, "no certificate failed its lint in the last 7 days")
            : Finding(
                .problem,
                "\(stopped) certificates failed their lint in the last 7 days: `muster transactions --outcome refused` names the templates")
        let catalog = problems.map { Finding(.warning, "\($0)") }
        return (catalog.isEmpty ? [Finding(.fine, "endpoints, policies and templates are in order")] : catalog) + [lint]
    }

    private func unfinished(_ core: EnrollmentServices) async throws -> Finding {
        let old = core.surroundings.now.addingTimeInterval(-300)
        let records = try await core.search.issuances(LedgerSearch.Filter(outcome: IssuanceState.recorded.rawValue, limit: 1000))
        let count = records.filter { $0.recordedAt < old }.count
        return count == 0
            ? Finding(.fine, "no issuance was left unfinished")
            : Finding(.warning, "\(count) issuances are unfinished for more than 5 minutes; the server finishes them when it starts")
    }

    private static func lifetime(_ what: String, _ certificate: Certificate, _ now: Date) -> Finding {
        let validity = certificate.validity
        let until = "until \(validity.notAfter.day)"
        guard validity.notBefore <= now else {
            return Finding(.problem, "\(what) is not valid before \(validity.notBefore.second): is the clock right?")
        }
        guard now < validity.notAfter else { return Finding(.problem, "\(what) expired on \(validity.notAfter.day)") }
        let life = validity.notAfter.timeIntervalSince(validity.notBefore)
        let isLate = validity.notAfter.timeIntervalSince(now) < life / 6
        return Finding(isLate ? .warning : .fine, "\(what) is valid \(until)" + (isLate ? ", which is soon" : ""))
    }

    private static func isRoot(_ generation: AuthorityGeneration) -> Bool {
        generation.identity.authority == DefaultEndpoints.rootAuthority
    }

    /// The authority's name, and its generation where that is not the active one.
    private static func title(_ generation: AuthorityGeneration) -> String {
        (generation.state == .active ? "" : "\(generation.state.rawValue) ") + generation.identity.authority
    }

    private static func list(
        _ generation: AuthorityGeneration, _ core: EnrollmentServices, warningDays: Double, remedy: String
    ) async throws -> Finding {
        let name = title(generation)
        guard let list = try await core.revocationLists.head(ListScope(issuerKey: generation.identity.keyIdentifier)) else {
            return Finding(.problem, "the \(name) CA has no CRL: `\(remedy)`")
        }
        let now = core.surroundings.now
        guard now < list.nextUpdate else {
            return Finding(.problem, "the \(name) CA's CRL ended on \(list.nextUpdate.second): `\(remedy)`")
        }
        let isLate = list.nextUpdate.timeIntervalSince(now) < warningDays * 86_400
        return Finding(
            isLate ? .warning : .fine,
            "the \(name) CA's CRL \(list.number) is of \(list.thisUpdate.second), good until \(list.nextUpdate.second)"
                + (isLate ? ": `\(remedy)`" : ""))
    }
}
