import PKIFormats
import Persistence

extension GenerationStore {
    /// A key of a CA that waits for its certificate from elsewhere.
    package struct PendingKey: Sendable {
        package let authority: String
        package let keyName: String
        package let request: CertificationRequest
    }

    /// Keeps the request of a new key; the same key's former request is replaced.
    package func addRequest(_ request: CertificationRequest, authority: String, keyName: String) async throws(PersistenceError) {
        let key = SQLValue.blob(request.publicKey.keyIdentifier)
        try await database.write(
            WriteUnit([
                Statement("DELETE FROM authority_requests WHERE key_identifier = ?", [key]),
                Statement(
                    "INSERT INTO authority_requests (key_identifier, authority, key_name, request, created_at) VALUES (?, ?, ?, ?, ?)",
                    [key, .text(authority), .text(keyName), .blob(request.der), .date(surroundings.now)]),
            ]))
    }

    /// The keys that wait, the oldest first.
    package func requests() async throws -> [PendingKey] {
        try await database.read("SELECT authority, key_name, request FROM authority_requests ORDER BY created_at, key_identifier", [])
            .map {
                PendingKey(
                    authority: try $0.text("authority"), keyName: try $0.text("key_name"),
                    request: try CertificationRequest(der: $0.blob("request")))
            }
    }

    func removeRequest(_ publicKey: SubjectPublicKeyInfo) async throws(PersistenceError) {
        try await database.write(
            WriteUnit([Statement("DELETE FROM authority_requests WHERE key_identifier = ?", [.blob(publicKey.keyIdentifier)])]))
    }
}
