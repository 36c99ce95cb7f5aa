import Foundation
import PKIFormats
import Persistence

/// Knows the holder of a certificate that this CA issued: the exact stored bytes, released, unrevoked, unexpired, of this endpoint or of
/// one that it renews from. No path is built and no look-alike can pass.
package struct CertificateAuthenticator: Authenticator {
    private let ledger: IssuanceLedger

    package init(ledger: IssuanceLedger) { self.ledger = ledger }

    package func examine(_ credential: any Credential, in context: ExaminationContext) async throws(Refusal) -> [Proof] {
        guard let credential = credential as? CertificateCredential else { return [] }
        let certificate = credential.certificate
        let found = try await ledger.records(
            "WHERE issuer_key = ? AND serial = ?", [.blob(certificate.authorityKeyIdentifier ?? []), .blob(certificate.serialNumber)],
            at: .authenticate)
        guard let record = found.first, record.certificate?.der == certificate.der, record.state == .released else {
            throw refusal("certificate '\(certificate.subject)' was not issued by this CA")
        }
        guard record.endpoint == context.endpoint.name || context.endpoint.renewsFrom.contains(record.endpoint) else {
            throw refusal("certificate \(certificate.serialHex) belongs to endpoint \(record.endpoint)")
        }
        if let revocation = record.revocation {
            throw refusal("certificate \(certificate.serialHex) is revoked (\(revocation.reason.name))")
        }
        let end = certificate.validity.notAfter.addingTimeInterval(max(0, credential.grace))
        guard certificate.validity.notBefore <= context.instant, context.instant < end else {
            throw refusal(
                "certificate \(certificate.serialHex) is not valid at this time",
                advice: "enroll anew: this certificate is expired or not yet valid")
        }
        return [Self.proof(of: certificate, template: record.template, goodUntil: credential.grace > 0 ? end : nil)]
    }

    /// A certificate covers exactly the names in it.
    /// - Parameter goodUntil: the end of the days of grace, where there are any.
    static func proof(of certificate: Certificate, template: String, goodUntil: Date? = nil) -> Proof {
        let names = certificate.subjectAlternativeNames.compactMap(NamePattern.exactly)
        return Proof(
            fact: .holdsPrivateKey(fingerprint: certificate.fingerprint(.sha256)), principal: principalPrefix + certificate.serialHex,
            covers: names + (certificate.subject.commonName.map { [.commonName($0)] } ?? []), predecessorTemplate: template,
            goodUntil: goodUntil)
    }

    package func stillHolds(_ proof: StoredProof, in context: ExaminationContext) async throws(Refusal) -> Bool {
        guard case .holdsPrivateKey(let fingerprint) = proof.fact, proof.principal.hasPrefix(Self.principalPrefix),
            let serial = SerialNumber.contents(hex: String(proof.principal.dropFirst(Self.principalPrefix.count)))
        else { return false }
        let found = try await ledger.records("WHERE serial = ?", [.blob(serial)], at: .authenticate)
        return found.contains { record in
            record.certificate?.fingerprint(.sha256) == fingerprint && record.state == .released && record.revocation == nil
                && context.instant < proof.goodUntil ?? record.validity.notAfter
        }
    }

    private static let principalPrefix = "certificate:"

    private func refusal(_ detail: String, advice: String? = nil) -> Refusal {
        Refusal(.badCredential, at: .authenticate, publicText: "the certificate was not accepted", detail: detail, advice: advice)
    }
}
