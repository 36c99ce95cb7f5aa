import EnrollmentCore
import Foundation

/// Makes a new CRL of every CA whose key is loaded and, with the passphrase, of the root.
struct PublishCRLs: AdminOperation {
    struct List: Codable, Sendable {
        let authority: String
        let number: Int64
        let entries: Int
        let thisUpdate: Date
        let nextUpdate: Date
    }

    struct Reply: Codable, Sendable {
        let lists: [List]
    }

    static let needsKeys = true

    /// Loads the root's key for this one list.
    let rootPassphrase: String?

    func perform(in administration: Administration) async throws -> Reply {
        let schedule = CRLSchedule(administration.configuration).schedule
        var lists: [List] = []
        for signer in administration.core.authorities.generations.compactMap(\.signer) {
            lists.append(try await Self.publish(signer, schedule, administration.core))
        }
        if let rootPassphrase {
            let rootSchedule = ListSchedule(interval: CRLSchedule.rootLifetime, lifetime: CRLSchedule.rootLifetime)
            let opened = try await administration.openingRoot(KeyVault(administration.keys, passphrase: rootPassphrase))
            let roots = opened.filter { $0.identity.authority == DefaultEndpoints.rootAuthority }.compactMap(\.signer)
            guard !roots.isEmpty else {
                throw CommandFailure("the root's key is not here: publish its CRL where it is, then `muster crl import`")
            }
            for root in roots { lists.append(try await Self.publish(root, rootSchedule, administration.core)) }
        }
        return Reply(lists: lists)
    }

    private static func publish(_ authority: Authority, _ schedule: ListSchedule, _ core: EnrollmentServices) async throws -> List {
        let published = try await core.revocationLists.publish(
            for: authority, lifetime: schedule.lifetime, deltaInterval: schedule.deltaInterval)
        return List(
            authority: authority.identity.authority, number: published.number, entries: published.entries,
            thisUpdate: published.thisUpdate, nextUpdate: published.nextUpdate)
    }
}
