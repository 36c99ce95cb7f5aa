import PKIFormats
import SCEPWire

/// A CertRep as a client reads it.
struct SCEPTestReply: Sendable {
    let signedData: CMSSignedData
    let signerInfo: CMSSignerInfo
    let signer: Certificate
    let isSignatureValid: Bool
    private let values: [OID: [UInt8]]

    init(_ bytes: [UInt8]) throws {
        signedData = try CMSSignedData(ber: bytes)
        guard let info = signedData.signerInfos.first, let signer = signedData.signer(of: info) else {
            throw FormatError("CertRep", "no signer")
        }
        signerInfo = info
        self.signer = signer
        isSignatureValid = signedData.verify(info, signer)
        values = Dictionary(info.signedAttributes.map { ($0.oid, $0.values.first ?? []) }) { first, _ in first }
    }

    func value(_ oid: OID) -> [UInt8]? { values[oid] }
    func text(_ oid: OID) -> String? { values[oid].flatMap { try? TLV($0, "attribute").text } }

    var status: SCEPStatus? { text(SCEPAttributeType.pkiStatus).flatMap(Int.init).flatMap(SCEPStatus.init) }
    var failInfo: SCEPFailInfo? { text(SCEPAttributeType.failInfo).flatMap(Int.init).flatMap(SCEPFailInfo.init) }
    var failInfoText: String? { text(SCEPAttributeType.failInfoText) }
    var content: [UInt8]? { signedData.content }

    /// The certs-only message inside the envelope.
    func inner(for client: SCEPTestClient) async throws -> CMSSignedData {
        try await CMSSignedData(ber: client.key.decrypt(enveloped: content ?? [], recipient: client.signer))
    }

    /// The certificates inside the envelope, in order.
    func certificates(for client: SCEPTestClient) async throws -> [Certificate] {
        try await inner(for: client).certificates
    }
}
