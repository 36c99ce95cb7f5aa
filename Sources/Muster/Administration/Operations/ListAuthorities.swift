import EnrollmentCore
import Foundation
import PKIFormats
import Persistence

/// The CAs with their key generations, and the keys that wait for a certificate.
struct ListAuthorities: AdminOperation {
    struct Generation: Codable, Sendable {
        let authority: String
        /// `next`, `active`, `retiring`, `archived`, or `requested` for a key that waits for its certificate.
        let state: String
        let subject: String
        /// Hex of the subject key identifier.
        let keyIdentifier: String
        /// Empty for a CA whose key is not here.
        let keyName: String
        let notBefore: Date?
        let notAfter: Date?
        /// Hex, lowercase.
        let sha256: String?
        /// PEM: the certificate, or the certification request.
        let pem: String
        /// When the last certificate that it issued ends.
        let lastExpiry: Date?
    }

    struct Reply: Codable, Sendable {
        let generations: [Generation]
        /// PEM: a root's key certified by another root's.
        let crossCertificates: [String]
    }

    /// Empty: all.
    var authority: String = ""

    func perform(in administration: Administration) async throws -> Reply {
        let store = administration.core.generations
        var rows: [Generation] = []
        for entry in administration.core.authorities.generations where authority.isEmpty || entry.identity.authority == authority {
            guard let certificate = entry.identity.certificate else { continue }
            rows.append(
                Generation(
                    authority: entry.identity.authority, state: entry.state.rawValue, subject: certificate.subject.description,
                    keyIdentifier: entry.identity.keyIdentifier.hex, keyName: entry.keyName, notBefore: certificate.validity.notBefore,
                    notAfter: certificate.validity.notAfter, sha256: certificate.fingerprint(.sha256).hex, pem: certificate.pem,
                    lastExpiry: try await store.lastExpiry(of: entry.identity.keyIdentifier)))
        }
        for request in try await store.requests() where authority.isEmpty || request.authority == authority {
            rows.append(
                Generation(
                    authority: request.authority, state: "requested", subject: request.request.subject.description,
                    keyIdentifier: request.request.publicKey.keyIdentifier.hex, keyName: request.keyName, notBefore: nil, notAfter: nil,
                    sha256: nil, pem: PEM.encode(label: "CERTIFICATE REQUEST", request.request.der), lastExpiry: nil))
        }
        guard authority.isEmpty || !rows.isEmpty else { throw CommandFailure("there is no CA '\(authority)': `muster ca list`") }
        return Reply(generations: rows, crossCertificates: try await store.crossCertificates().map(\.pem))
    }
}
