import PKIFormats

/// What an authority has made public: its certificates, and the lists of those that no longer count.
package struct PublicRecords: Sendable {
    private let ledger: IssuanceLedger
    private let lists: RevocationLists

    package init(ledger: IssuanceLedger, lists: RevocationLists) {
        self.ledger = ledger
        self.lists = lists
    }

    /// The certificate of that issuer and serial number (INTEGER contents), revoked or not.
    /// - Throws: `.notFound` where this authority released none.
    package func certificate(authority: String, issuer: DistinguishedName, serialNumber: [UInt8]) async throws(Refusal) -> Certificate {
        guard
            let certificate = try await record(authority: authority, issuer: issuer, serialNumber: serialNumber)?.certificate
        else { throw Self.notFound(issuer, serialNumber) }
        return certificate
    }

    /// The newest list, in DER, on which that certificate would stand.
    /// - Parameter issuers: CA certificates that may be asked about by name alone, whatever the serial number.
    /// - Throws: `.notFound` where there is none.
    package func revocationList(
        authority: String, issuer: DistinguishedName, serialNumber: [UInt8], issuers: [Certificate]
    ) async throws(Refusal) -> [UInt8] {
        let issuerKey =
            try await record(authority: authority, issuer: issuer, serialNumber: serialNumber)?.issuerKey
            ?? issuers.first { $0.subject.matches(issuer) }?.publicKey.keyIdentifier
        let list: RevocationLists.Published?
        do {
            if let issuerKey { list = try await lists.current(issuerKey: issuerKey) } else { list = nil }
        } catch {
            throw Refusal(.internalFault, at: .settle, detail: "the revocation lists cannot be read: \(error)")
        }
        guard let list else { throw Self.notFound(issuer, serialNumber) }
        return list.der
    }

    private func record(authority: String, issuer: DistinguishedName, serialNumber: [UInt8]) async throws(Refusal) -> IssuanceRecord? {
        let found = try await ledger.records(
            "WHERE serial = ? AND authority = ? AND state = 'released'", [.blob(serialNumber), .text(authority)], at: .settle)
        return found.first { $0.certificate?.issuer.matches(issuer) == true }
    }

    private static func notFound(_ issuer: DistinguishedName, _ serialNumber: [UInt8]) -> Refusal {
        Refusal(.notFound, at: .settle, detail: "serial \(SerialNumber.hex(serialNumber)) of '\(issuer)'")
    }
}
