import EnrollmentCore
import PKIFormats
import SCEPWire

/// Answers GetCert and GetCRL (RFC 8894 §3.3.4, §3.3.5) from what the authority has made public.
struct SCEPRecordsDesk: Sendable {
    let records: PublicRecords
    let pipeline: IssuancePipeline

    /// Before the RA's key is used for it: whether this signer may ask at all.
    func admit(_ message: SCEPMessage, to inquirer: SCEPOptions.Inquirer, arrival: Arrival) async throws(Refusal) {
        switch inquirer {
        case .anyone: return
        case .enrolled:
            _ = try await pipeline.identify([CertificateCredential(message.signer, provedBy: .cmsSignature)], arrival: arrival)
        case .none:
            let refusal = Refusal(
                .unsupportedOperation, at: .decode, publicText: "this operation is switched off here", detail: message.typeName,
                advice: "certificates and CRLs have URLs of their own; `muster endpoint option` switches the operation on")
            await pipeline.refuse(refusal, arrival: arrival)
            throw refusal
        }
    }

    /// The certs-only message that goes into the envelope.
    func answer(
        _ question: IssuerAndSerialNumber, wantsList: Bool, endpoint: Endpoint, identity: SCEPIdentity
    ) async throws(Refusal) -> [UInt8] {
        guard wantsList else {
            return CMSSignedData.degenerate(certificates: [
                try await records.certificate(
                    authority: endpoint.authority, issuer: question.issuer, serialNumber: question.serialNumber)
            ])
        }
        let list = try await records.revocationList(
            authority: endpoint.authority, issuer: question.issuer, serialNumber: question.serialNumber,
            issuers: identity.issuers + identity.otherGenerations)
        return CMSSignedData.degenerate(certificates: [], crls: [list])
    }
}
