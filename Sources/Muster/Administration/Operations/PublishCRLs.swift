import EnrollmentCore
import Foundation
import PKIFormats

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
        var lists = [try await Self.publish(issuing, CRLSchedule(administration.configuration).lifetime, administration.core)]
        if let rootPassphrase {
            let root = try administration.hierarchy.loadRoot(administration.keys, passphrase: rootPassphrase)
            lists.append(try await Self.publish(root, CRLSchedule.rootLifetime, administration.core))
        }
        return Reply(lists: lists)
    }

    private static func publish(_ authority: Authority, _ lifetime: TimeInterval, _ core: EnrollmentServices) async throws -> List {
        let published = try await core.revocationLists.publish(for: authority, lifetime: lifetime)
        return List(
            authority: authority.identity.authority, number: published.number,
            entries: try CertificateRevocationList(der: published.der).entries.count, thisUpdate: published.thisUpdate,
            nextUpdate: published.nextUpdate)
    }
}
