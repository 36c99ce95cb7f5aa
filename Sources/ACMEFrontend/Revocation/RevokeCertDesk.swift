import ACMEWire
import EnrollmentCore
import Foundation
import PKIFormats

/// revokeCert (RFC 8555 §7.6): by the ordering account, by one that controls all names now, or by the certificate's key.
struct RevokeCertDesk: Sendable {
    let revocations: RevocationDesk
    let surroundings: Surroundings

    /// What a subscriber can know of; the rest is the CA's to say.
    private static let reasons: [RevocationReason] = [
        .unspecified, .keyCompromise, .affiliationChanged, .superseded, .cessationOfOperation,
    ]

    func revoke(_ request: SignedRequest) async throws(ACMEProblem) -> ACMEReply {
        let payload = try request.payload(as: RevocationPayload.self)
        guard let der = Base64URL.decode(payload.certificate, toleratesPadding: true) else {
            throw ACMEProblem(.malformed, "certificate is not base64url of a DER certificate")
        }
        let certificate: Certificate
        do { certificate = try Certificate(der: der) } catch { throw ACMEProblem(.malformed, error.description) }
        guard let reason = RevocationReason(rawValue: payload.reason ?? 0), Self.reasons.contains(reason) else {
            let accepted = Self.reasons.map { "\($0.rawValue) (\($0.name))" }.joined(separator: ", ")
            throw ACMEProblem(.badRevocationReason, "reason \(payload.reason ?? 0) is not accepted; use one of \(accepted)")
        }
        let revocation = RevocationRequest(
            id: RequestID(in: surroundings), arrival: request.arrival, credentials: [try credential(request, certificate)],
            target: .certificate(certificate), reason: reason)
        do { _ = try await revocations.revoke(revocation) } catch { throw ACMEProblem(error, isRecorded: true) }
        return ACMEReply(status: 200)
    }

    private func credential(_ request: SignedRequest, _ certificate: Certificate) throws(ACMEProblem) -> any Credential {
        switch request.signer {
        case .account(let account):
            return ACMEAccountCredential(accountID: account.id, names: certificate.subjectAlternativeNames)
        case .key(let key):
            guard let credential = ACMECertificateKeyCredential(certificate, signedBy: key) else {
                throw ACMEProblem(
                    .unauthorized, "the request is signed neither by an account nor by the certificate's key", at: .authenticate)
            }
            return credential
        }
    }
}
