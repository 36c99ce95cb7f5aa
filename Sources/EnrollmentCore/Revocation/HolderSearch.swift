import PKIFormats

/// Finds what somebody who left still holds: certificates that count now and bear his name.
struct HolderSearch: Sendable {
    /// Certificates of one holder.
    private static let limit = 100

    let ledger: IssuanceLedger

    /// The certificates of an endpoint with one of these names, exactly but for the case of its letters.
    /// - Throws: `.unacceptableRequest` for a name of less than 3 or more than 255 bytes, or one that too many bear.
    func records(of names: [String], endpoint: String) async throws(Refusal) -> [IssuanceRecord] {
        let search = LedgerSearch(database: ledger.database, ledger: ledger)
        var found: [RequestID: IssuanceRecord] = [:]
        for name in names.prefix(10) {
            guard (3...255).contains(name.utf8.count) else {
                throw Refusal(
                    .unacceptableRequest, at: .revoke, publicText: "a name has 3 to 255 bytes", detail: "a name of \(name.utf8.count) bytes"
                )
            }
            let wanted = name.lowercased()
            let candidates = try await search.issuances(
                .init(endpoint: endpoint, text: Self.plainPart(of: name), outcome: "unrevoked", limit: Self.limit * 10))
            guard candidates.count < Self.limit * 10 else { throw tooMany(name) }
            for record in candidates where record.validity.notAfter > ledger.surroundings.now && Self.bears(record, wanted) {
                found[record.id] = record
            }
        }
        guard found.count <= Self.limit else { throw tooMany(names.first ?? "") }
        return found.values.sorted { $0.id < $1.id }
    }

    private static func bears(_ record: IssuanceRecord, _ name: String) -> Bool {
        guard let certificate = record.certificate else { return false }
        return certificate.subject.commonName?.lowercased() == name
            || certificate.subjectAlternativeNames.contains { alternative in
                (alternative.permanentIdentifier ?? Self.value(of: alternative)).lowercased() == name
            }
    }

    /// A name without its kind.
    private static func value(of name: GeneralName) -> String {
        String(name.description.drop { $0 != ":" }.dropFirst())
    }

    /// What the ledger's text forms surely hold as it is: they escape the rest.
    private static func plainPart(of name: String) -> String {
        func isPlain(_ character: Character) -> Bool {
            character.isASCII && (character.isLetter || character.isNumber || "-._:@".contains(character))
        }
        let parts: [Substring] = name.split { !isPlain($0) }
        return parts.max { $0.count < $1.count }.map { String($0) } ?? name
    }

    private func tooMany(_ name: String) -> Refusal {
        Refusal(
            .unacceptableRequest, at: .revoke, publicText: "too many certificates bear this name", detail: "'\(name)' is in too many names",
            advice: "revoke by serial number")
    }
}
