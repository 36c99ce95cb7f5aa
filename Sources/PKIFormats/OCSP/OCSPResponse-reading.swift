import Foundation

extension OCSPResponse {
    /// Bounds: 64 KiB, 32 answers, 8 certificates.
    package init(der: [UInt8]) throws(FormatError) {
        let structure = "OCSP response"
        guard der.count <= 65_536 else { throw FormatError(structure, "too long") }
        var outer = try TLV(der, structure).sequence(structure)
        let status = try outer.take(.enumerated, "status").smallInteger(structure, tag: .enumerated)
        guard status == 0 else {
            guard let failure = Failure(rawValue: status) else { throw FormatError(structure, "unknown status") }
            try outer.finish()
            self.init(failure: failure, basic: nil)
            return
        }
        var bytes = try outer.take(.context(0), "response bytes").inner(structure).sequence(structure)
        try outer.finish()
        guard try bytes.oid("response type") == OIDs.ocspBasic else { throw FormatError(structure, "unknown type of response") }
        let basic = try bytes.take(.octetString, "response").octets(structure)
        try bytes.finish()
        self.init(failure: nil, basic: try Basic(TLV(basic, structure)))
    }
}

extension OCSPResponse.Basic {
    init(_ element: TLV) throws(FormatError) {
        let structure = "OCSP response"
        var outer = try element.sequence(structure)
        let data = try outer.take(.sequence, "response data")
        signatureAlgorithm = try SignatureAlgorithm(outer.take(.sequence, "signature algorithm"))
        signature = try outer.take(.bitString, "signature").bitStringBytes(structure)
        var certificates: [Certificate] = []
        if let field = outer.takeIf(.context(0)) {
            for item in try field.inner(structure).elements(structure, limit: 8) { certificates.append(try Certificate(der: item.raw)) }
        }
        try outer.finish()

        var fields = try data.reader(structure)
        _ = fields.takeIf(.context(0))
        if let key = fields.takeIf(.context(2)) {
            responderKeyHash = try key.inner(structure).octets(structure)
        } else {
            _ = try fields.take(.context(1), "responder")
            responderKeyHash = nil
        }
        producedAt = try fields.take(.generalizedTime, "producedAt").time(structure)
        var responses: [OCSPResponse.SingleResponse] = []
        for item in try fields.take(.sequence, "responses").elements(structure, limit: 32) {
            responses.append(try OCSPResponse.SingleResponse(item))
        }
        var nonce: [UInt8]?
        if let field = fields.takeIf(.context(1)) {
            nonce = try CertificateExtension.decodeAll(field.inner(structure), structure).first { $0.oid == OIDs.ocspNonce }?.value
        }
        try fields.finish()
        responseData = data.raw
        self.responses = responses
        self.nonce = nonce
        self.certificates = certificates
    }
}

extension OCSPResponse.SingleResponse {
    init(_ element: TLV) throws(FormatError) {
        let structure = "OCSP answer"
        var reader = try element.sequence(structure)
        certID = try OCSPCertID(reader.take(.sequence, "certificate identifier"))
        let choice = try reader.any("status")
        switch choice.tag {
        case .context(0): status = .good
        case .context(1):
            var revoked = try choice.reader(structure)
            let date = try revoked.take(.generalizedTime, "revocation time").time(structure)
            let reason = try revoked.takeIf(.context(0))?.inner(structure).smallInteger(structure, tag: .enumerated)
            status = .revoked(date, reason.flatMap(RevocationReason.init(rawValue:)))
        case .context(2): status = .unknown
        default: throw FormatError(structure, "unknown status")
        }
        thisUpdate = try reader.take(.generalizedTime, "thisUpdate").time(structure)
        nextUpdate = try reader.takeIf(.context(0))?.inner(structure).time(structure)
        _ = reader.takeIf(.context(1))
        try reader.finish()
    }
}
