import Foundation
import PKIFormats
import Persistence

/// Making CRLs: under a lease, so that no two processes publish the same number; in one walk over the revoked certificates, whose entries
/// go straight into the lists' bytes.
extension RevocationLists {
    /// Seconds after which a publication counts as dead.
    private static let lease: TimeInterval = 120
    /// Seconds for which a publication waits for another to end.
    private static let patience: Duration = .seconds(60)
    private static let page = 4096

    /// Signs and stores all lists of an authority anew, as soon as nobody else does. Gives the complete one.
    /// - Parameter lifetime: seconds until nextUpdate; the server publishes anew at half of it or before.
    package func publish(for authority: Authority, lifetime: TimeInterval, deltaInterval: TimeInterval = 3600) async throws -> Published {
        let schedule = ListSchedule(interval: lifetime / 2, lifetime: lifetime, deltaInterval: deltaInterval)
        guard let lease = try await leases.take(Self.job(authority), for: Self.lease, patience: Self.patience) else {
            throw Refusal(
                .conflict, at: .revoke, detail: "another process is publishing the lists of authority '\(authority.identity.authority)'",
                advice: "try again in two minutes: then its lease is over, should it have died")
        }
        return try await ending(lease) { try await publishAll(for: authority, schedule, lease) }
    }

    /// Publishes what is due: nothing, the deltas, or all lists. Nil when nothing is, or when another process is at it.
    package func publishIfDue(for authority: Authority, _ schedule: ListSchedule) async throws -> Head? {
        guard try await due(authority, schedule) != nil, let lease = try await leases.take(Self.job(authority), for: Self.lease) else {
            return nil
        }
        return try await ending(lease) {
            // Somebody else may have published between the look and the lease.
            switch try await due(authority, schedule) {
            case nil:
                await leases.giveBack(lease)
                return nil
            case .deltas: return try await publishDeltas(for: authority, schedule, lease)
            case .everything: return try await publishAll(for: authority, schedule, lease).head
            }
        }
    }

    private enum Due {
        case everything, deltas
    }

    private func due(_ authority: Authority, _ schedule: ListSchedule) async throws -> Due? {
        let key = authority.identity.keyIdentifier
        let layout = authority.identity.listLayout
        let heads = try await self.heads(issuerKey: key)
        guard let complete = heads.first(where: { $0.scope == ListScope(issuerKey: key) }) else { return .everything }
        let now = surroundings.now
        if now >= complete.thisUpdate.addingTimeInterval(schedule.interval) { return .everything }
        if try await versions.urgent(issuerKey: key) > complete.covers { return .everything }
        if layout.shards > 1, heads.filter({ $0.scope.shard > 0 && !$0.scope.isDelta }).count < layout.shards { return .everything }
        guard layout.hasDeltas else { return nil }
        guard let delta = heads.first(where: { $0.scope == ListScope(issuerKey: key, isDelta: true) }) else { return .everything }
        return now >= delta.thisUpdate.addingTimeInterval(schedule.deltaInterval) ? .deltas : nil
    }

    private static func job(_ authority: Authority) -> String { "crl:" + authority.identity.keyIdentifier.hex }

    private func ending<T: Sendable>(_ lease: JobLeases.Lease, _ work: () async throws -> T) async throws -> T {
        do {
            return try await work()
        } catch {
            await leases.giveBack(lease)
            throw error
        }
    }

    // MARK: Complete lists

    private func publishAll(for authority: Authority, _ schedule: ListSchedule, _ lease: JobLeases.Lease) async throws -> Published {
        let identity = authority.identity
        let key = identity.keyIdentifier
        let now = surroundings.now
        let heads = try await self.heads(issuerKey: key)
        func previous(_ scope: ListScope) -> Head? { heads.first { $0.scope == scope } }
        let complete = ListScope(issuerKey: key)
        // A shard that some certificate names is published for as long as the authority is.
        let shards = max(identity.listLayout.shards > 1 ? identity.listLayout.shards : 0, heads.map(\.scope.shard).max() ?? 0)
        let walk = try await self.walk(issuerKey: key, shards: shards, endedAfter: previous(complete)?.thisUpdate ?? now)
        let number = Self.number(after: heads, at: now)

        var unit = WriteUnit()
        var made: Published?
        for scope in [complete] + (0..<shards).map({ ListScope(issuerKey: key, shard: $0 + 1) }) {
            let entries = scope.shard == 0 ? walk.complete : walk.shards[scope.shard - 1]
            let next = max(now.addingTimeInterval(schedule.lifetime), previous(scope)?.nextUpdate ?? .distantPast)
            let list = try await sign(
                scope, number, nextUpdate: next, entries: entries, covers: walk.version, baseNumber: nil, by: authority)
            unit.append(insert(list, baseNumber: nil, covers: walk.version))
            unit.append(forget(scope, before: previous(scope)?.number ?? 0))
            if scope.shard == 0 { made = list }
        }
        if identity.listLayout.hasDeltas || heads.contains(where: \.scope.isDelta) {
            // For whoever still has the lists before these.
            let base = previous(complete).map { ($0.number, $0.covers) } ?? (number, walk.version)
            unit.append(
                try await deltas(
                    for: authority, schedule, number: number, base: base, covers: walk.version, shards: shards, heads: heads))
        }
        unit.append(
            Statement(
                "DELETE FROM revocation_changes WHERE issuer_key = ? AND version <= ?",
                [.blob(key), .integer(previous(complete)?.covers ?? 0)]))
        unit.append(lease.end)
        try await database.write(unit)
        guard let made else { throw Refusal(.internalFault, at: .revoke, detail: "no list was made") }
        return made
    }

    /// Time-based, so that numbers go on rising even after an old backup was restored (RFC 5280 §5.2.3). One sequence an issuer.
    private static func number(after heads: [Head], at now: Date) -> Int64 {
        max((heads.map(\.number).max() ?? 0) + 1, Int64(now.timeIntervalSince1970))
    }

    private struct Walk {
        var version: Int64
        var complete = RevokedEntries()
        var shards: [RevokedEntries]
    }

    /// One walk over the revoked certificates, in pages; begun anew when a certificate was released from hold under way, for it might be
    /// met twice.
    private func walk(issuerKey: [UInt8], shards: Int, endedAfter: Date) async throws -> Walk {
        for _ in 0..<4 {
            var walk = Walk(
                version: try await versions.current(issuerKey: issuerKey), shards: Array(repeating: RevokedEntries(), count: shards))
            var position: (instant: Int64, serial: [UInt8]) = (.min, [])
            while true {
                // An expired certificate stays for one list after its end (RFC 5280 §3.3).
                let rows = try await database.read(
                    """
                    SELECT serial, revoked_at, revocation_reason, invalidity_date, crl_shard FROM issuances
                    WHERE issuer_key = ? AND revoked_at IS NOT NULL AND (revoked_at, serial) > (?, ?) AND not_after > ?
                    ORDER BY revoked_at, serial LIMIT \(Self.page)
                    """, [.blob(issuerKey), .integer(position.instant), .blob(position.serial), .date(endedAfter)])
                for row in rows {
                    let entry = try Self.entry(row)
                    walk.complete.append(entry)
                    let shard = Int(try row.integer("crl_shard"))
                    if walk.shards.indices.contains(shard - 1) { walk.shards[shard - 1].append(entry) }
                }
                guard rows.count == Self.page, let last = rows.last else { break }
                position = (try last.integer("revoked_at"), try last.blob("serial"))
            }
            let released = try await database.read(
                "SELECT 1 AS one FROM revocation_changes WHERE issuer_key = ? AND version > ? AND is_release = 1 LIMIT 1",
                [.blob(issuerKey), .integer(walk.version)])
            if released.isEmpty { return walk }
        }
        throw Refusal(
            .conflict, at: .revoke, detail: "certificates were released from hold during each of four attempts", advice: "try again")
    }

    private static func entry(_ row: Row) throws -> RevokedEntry {
        let reason = RevocationReason(rawValue: Int(try row.optionalInteger("revocation_reason") ?? 0)) ?? .unspecified
        return RevokedEntry(
            serialNumber: try row.blob("serial"), revocationDate: try row.date("revoked_at"), reason: reason == .unspecified ? nil : reason,
            invalidityDate: try row.optionalDate("invalidity_date"))
    }

    // MARK: Deltas

    private func publishDeltas(for authority: Authority, _ schedule: ListSchedule, _ lease: JobLeases.Lease) async throws -> Head? {
        let key = authority.identity.keyIdentifier
        let heads = try await self.heads(issuerKey: key)
        guard let base = heads.first(where: { $0.scope == ListScope(issuerKey: key) }) else { return nil }
        let number = Self.number(after: heads, at: surroundings.now)
        let version = try await versions.current(issuerKey: key)
        var unit = try await deltas(
            for: authority, schedule, number: number, base: (base.number, base.covers), covers: version,
            shards: heads.map(\.scope.shard).max() ?? 0, heads: heads)
        unit.append(lease.end)
        try await database.write(unit)
        return try await head(ListScope(issuerKey: key, isDelta: true))
    }

    /// What changed since the base, of each scope: revoked, or no longer (removeFromCRL).
    private func deltas(
        for authority: Authority, _ schedule: ListSchedule, number: Int64, base: (number: Int64, covers: Int64), covers: Int64, shards: Int,
        heads: [Head]
    ) async throws -> WriteUnit {
        let key = authority.identity.keyIdentifier
        let now = surroundings.now
        let rows = try await database.read(
            """
            SELECT DISTINCT i.serial, i.revoked_at, i.revocation_reason, i.invalidity_date, i.crl_shard FROM revocation_changes c
            JOIN issuances i ON i.issuer_key = c.issuer_key AND i.serial = c.serial WHERE c.issuer_key = ? AND c.version > ? ORDER BY i.serial
            """, [.blob(key), .integer(base.covers)])
        let changes = try rows.map { row in
            let isRevoked = try row.optionalInteger("revoked_at") != nil
            let entry =
                isRevoked
                ? try Self.entry(row) : RevokedEntry(serialNumber: try row.blob("serial"), revocationDate: now, reason: .removeFromCRL)
            return (entry, Int(try row.integer("crl_shard")))
        }
        var unit = WriteUnit()
        for shard in 0...shards {
            let scope = ListScope(issuerKey: key, shard: shard, isDelta: true)
            let entries = RevokedEntries(changes.filter { shard == 0 || $0.1 == shard }.map(\.0))
            let previous = heads.first { $0.scope == scope }
            let next = max(now.addingTimeInterval(schedule.deltaLifetime), previous?.nextUpdate ?? .distantPast)
            let list = try await sign(
                scope, number, nextUpdate: next, entries: entries, covers: covers, baseNumber: base.number, by: authority)
            unit.append(insert(list, baseNumber: UInt64(clamping: base.number), covers: covers))
            unit.append(forget(scope, before: previous?.number ?? 0))
        }
        return unit
    }

    // MARK: Both

    private func sign(
        _ scope: ListScope, _ number: Int64, nextUpdate: Date, entries: RevokedEntries, covers: Int64, baseNumber: Int64?,
        by authority: Authority
    ) async throws -> Published {
        let identity = authority.identity
        let now = surroundings.now
        // The base and its delta name the same scope, byte for byte as the certificates do.
        let point = scope.shard == 0 ? nil : identity.statusURLs.list(ListScope(issuerKey: scope.issuerKey, shard: scope.shard))
        let hasDelta = !scope.isDelta && identity.listLayout.hasDeltas
        let der = try await authority.sign(
            TBSCertificateRevocationList(
                signatureAlgorithm: authority.algorithm, issuer: identity.subject, thisUpdate: now, nextUpdate: nextUpdate,
                entries: entries, authorityKeyIdentifier: identity.keyIdentifier, number: UInt64(clamping: number),
                baseNumber: baseNumber.map { UInt64(clamping: $0) }, distributionPoint: point,
                freshest: hasDelta
                    ? identity.statusURLs.list(ListScope(issuerKey: scope.issuerKey, shard: scope.shard, isDelta: true)) : nil))
        return Published(
            head: Head(
                scope: scope, number: number, thisUpdate: now, nextUpdate: nextUpdate, entries: entries.count, covers: covers),
            der: der)
    }

    private func forget(_ scope: ListScope, before number: Int64) -> Statement {
        Statement(
            "DELETE FROM published_lists WHERE \(Self.condition) AND number < ?", Self.parameters(scope) + [.integer(number)])
    }
}
