import Foundation
import PKIFormats
import Persistence

/// The key generations of the authorities, as rows. Keys lie elsewhere, named by `keyName`.
package struct GenerationStore: Sendable {
    /// A key generation: its CA certificate and the name of its key file.
    package struct Generation: Sendable {
        package let authority: String
        package let certificate: Certificate
        package let keyName: String
    }

    private let database: any Database
    private let surroundings: Surroundings

    package init(database: any Database, surroundings: Surroundings) {
        self.database = database
        self.surroundings = surroundings
    }

    /// Adds the first, active generation of an authority.
    package func add(_ authority: String, certificate: Certificate, keyName: String) async throws(PersistenceError) {
        try await database.write(
            WriteUnit([
                Statement(
                    "INSERT INTO generations (key_identifier, authority, state, certificate, key_name, created_at) VALUES (?, ?, 'active', ?, ?, ?)",
                    [
                        .blob(certificate.publicKey.keyIdentifier), .text(authority), .blob(certificate.der), .text(keyName),
                        .date(surroundings.now),
                    ])
            ]))
    }

    package func active() async throws -> [Generation] {
        try await database.read("SELECT authority, certificate, key_name FROM generations WHERE state = 'active' ORDER BY created_at", [])
            .map { row in
                Generation(
                    authority: try row.text("authority"), certificate: try Certificate(der: row.blob("certificate")),
                    keyName: try row.text("key_name"))
            }
    }

    /// The logical CAs that have a generation.
    package func authorityNames() async throws -> Set<String> {
        Set(try await database.read("SELECT DISTINCT authority FROM generations").map { try $0.text("authority") })
    }
}
