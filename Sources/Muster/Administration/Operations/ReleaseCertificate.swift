/// Takes one certificate off hold.
struct ReleaseCertificate: AdminOperation {
    struct Reply: Codable, Sendable {
        let serial: String
        let subject: String
    }

    let serial: String

    func perform(in administration: Administration) async throws -> Reply {
        let record = try await administration.decide(serial, .release, "release")
        return Reply(serial: SerialNumber.text(record.serialNumber), subject: record.subject)
    }
}
