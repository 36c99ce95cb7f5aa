import PKIFormats

/// The signed attributes of a request (RFC 8894 §3.2.1), each present once with one value.
package struct SCEPAttributes: Sendable, Hashable {
    /// Chosen by the client, mostly a hash of its key; neither secret nor unique.
    package let transactionID: SCEPString
    /// Nil when the attribute is missing; not yet known to be a type that exists.
    package let messageType: SCEPString?
    /// 0 to 64 bytes; nil when the client sent none, as some devices do.
    package let senderNonce: [UInt8]?

    /// Throws when an attribute occurs twice, does not have exactly one value or has the wrong type, and without a transactionID.
    package init(_ attributes: [(oid: OID, values: [[UInt8]])]) throws(FormatError) {
        for (position, (oid, set)) in attributes.enumerated() {
            guard set.count == 1, !attributes[..<position].contains(where: { $0.oid == oid }) else {
                throw FormatError("SCEP attributes", "\(oid) does not occur once with one value")
            }
        }
        func value(_ oid: OID) -> [UInt8]? { attributes.first { $0.oid == oid }?.values.first }
        guard let transactionID = value(SCEPAttributeType.transactionID) else {
            throw FormatError("SCEP attributes", "there is no transactionID")
        }
        self.transactionID = try SCEPString(der: transactionID)
        if let der = value(SCEPAttributeType.messageType) { messageType = try SCEPString(der: der) } else { messageType = nil }
        if let der = value(SCEPAttributeType.senderNonce) {
            let nonce = try TLV(der, "senderNonce", rules: .ber).octets("senderNonce")
            guard nonce.count <= 64 else { throw FormatError("senderNonce", "\(nonce.count) bytes") }
            senderNonce = nonce
        } else {
            senderNonce = nil
        }
    }
}
