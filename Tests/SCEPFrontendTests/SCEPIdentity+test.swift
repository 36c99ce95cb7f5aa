import PKIFormats

@testable import SCEPFrontend

extension SCEPIdentity {
    /// RA certificates, the current one first, whose keys do nothing but what is given here.
    static func test(
        ras: [Certificate], issuers: [Certificate],
        decrypt: @escaping @Sendable ([UInt8]) async throws(SCEPRecipient.Failure) -> [UInt8] = { _ throws(SCEPRecipient.Failure) in
            throw .failed
        }
    ) -> SCEPIdentity {
        SCEPIdentity(
            signer: SCEPSigner(certificate: ras[0]) { _, _ throws(SCEPRecipient.Failure) in throw .failed },
            recipients: ras.map { SCEPRecipient(certificate: $0, decrypt: decrypt) }, registrationAuthorities: Array(ras.prefix(1)),
            issuers: issuers)
    }
}
