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
        var values: [OID: [UInt8]] = [:]
        for (oid, set) in attributes {
            guard let value = set.first, set.count == 1, values.updateValue(value, forKey: oid) == nil else {
                throw FormatError("SCEP attributes", "\(oid) does not occur once with one value")
            }
        }
        guard let transactionID = values[SCEPAttributeType.transactionID] else {
            throw FormatError("SCEP attributes", "there is no transactionID")
        }
        self.transactionID = try SCEPString(der: transactionID)
        if let der = values[SCEPAttributeType.messageType] { messageType = try SCEPString(der: der) } else { messageType = nil }
        if let der = values[SCEPAttributeType.senderNonce] {
            let nonce = try TLV(der, "senderNonce", rules: .ber).octets("senderNonce")
            guard nonce.count <= 64 else { throw FormatError("senderNonce", "\(nonce.count) bytes") }
            senderNonce = nonce
        } else {
            senderNonce = nil
        }
    }
}
