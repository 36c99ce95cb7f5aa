import PKIFormats

/// Object identifiers of the signed attributes of a pkiMessage (RFC 8894 §3.2.1, RFC 5652 §11).
package enum SCEPAttributeType {
    package static let messageType: OID = [2, 16, 840, 1, 113733, 1, 9, 2]
    package static let pkiStatus: OID = [2, 16, 840, 1, 113733, 1, 9, 3]
    package static let failInfo: OID = [2, 16, 840, 1, 113733, 1, 9, 4]
    package static let senderNonce: OID = [2, 16, 840, 1, 113733, 1, 9, 5]
    package static let recipientNonce: OID = [2, 16, 840, 1, 113733, 1, 9, 6]
    package static let transactionID: OID = [2, 16, 840, 1, 113733, 1, 9, 7]
    package static let failInfoText: OID = [1, 3, 6, 1, 5, 5, 7, 24, 1]
    /// Microsoft's HRESULT beside a failInfo; Windows shows it to its user.
    package static let microsoftError = OIDs.microsoftSCEPError
}
