/// How a CMS message names a certificate: SignerIdentifier and RecipientIdentifier (RFC 5652 §5.3, §6.2.1).
package enum CMSIdentifier: Sendable, Hashable, CustomStringConvertible {
    /// The serial number as INTEGER contents.
    case issuerAndSerial(DistinguishedName, [UInt8])
    case keyIdentifier([UInt8])

    init(_ element: TLV, _ structure: String) throws(FormatError) {
        if element.tag == .context(0) {
            self = .keyIdentifier(try element.octets(structure, tag: .context(0)))
            return
        }
        var reader = try element.sequence(structure)
        let issuer = try DistinguishedName(reader.take(.sequence, "issuer"))
        self = .issuerAndSerial(issuer, try reader.take(.integer, "serial number").integer(structure))
        try reader.finish()
    }

    init(of certificate: Certificate) {
        self = .issuerAndSerial(certificate.issuer, certificate.serialNumber)
    }

    /// Whether this names that certificate.
    package func names(_ certificate: Certificate) -> Bool {
        switch self {
        case .issuerAndSerial(let issuer, let serialNumber):
            serialNumber.drop { $0 == 0 } == certificate.serialNumber.drop { $0 == 0 } && issuer.matches(certificate.issuer)
        case .keyIdentifier(let identifier): identifier == certificate.subjectKeyIdentifier ?? certificate.publicKey.keyIdentifier
        }
    }

    var der: [UInt8] {
        switch self {
        case .issuerAndSerial(let issuer, let serialNumber): DERBytes.sequence(issuer.der, DERBytes.integer(contents: serialNumber))
        case .keyIdentifier(let identifier): DERBytes.implicit(0, identifier)
        }
    }

    package var description: String {
        switch self {
        case .issuerAndSerial(let issuer, let serialNumber): "serial \(SerialNumber.hex(serialNumber)) of \(issuer)"
        case .keyIdentifier(let identifier): "key \(identifier.hex)"
        }
    }
}
