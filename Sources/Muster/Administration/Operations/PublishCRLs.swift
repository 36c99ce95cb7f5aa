import EnrollmentCore
import Foundation

/// Makes a new CRL of the issuing CA and, with the passphrase, of the root.
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
        guard let issuing = administration.issuing else { throw CommandFailure("the issuing CA's key is not loaded") }
        let schedule = CRLSchedule(administration.configuration).schedule
        var lists = [try await Self.publish(issuing, schedule, administration.core)]
        if let rootPassphrase {
            let root = try administration.hierarchy.loadRoot(administration.keys, passphrase: rootPassphrase)
            let rootSchedule = ListSchedule(interval: CRLSchedule.rootLifetime, lifetime: CRLSchedule.rootLifetime)
            lists.append(try await Self.publish(root, rootSchedule, administration.core))
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
