/// A GeneralName (RFC 5280 §4.2.1.6).
package enum GeneralName: Sendable, Hashable, CustomStringConvertible {
    case dns(String)
    /// 4 or 16 bytes, network order.
    case ip([UInt8])
    case email(String)
    case uri(String)
    /// The Microsoft user principal name: otherName 1.3.6.1.4.1.311.20.2.3 with a UTF8String.
    case upn(String)
    case directory(DistinguishedName)
    case registeredID(OID)
    /// Any other otherName; `value` is the DER inside its explicit tag.
    case other(OID, value: [UInt8])
    /// A form that is rare or whose contents break the rules of its type: identifier octet and contents. It matches no name ever.
    case unknown(tag: UInt8, bytes: [UInt8])

    init(_ element: TLV) throws(FormatError) {
        let structure = "general name"
        guard element.tag.tagClass == .contextSpecific else { throw FormatError(structure, "wrong class of tag") }
        let identifier = element.identifierOctet
        switch (element.tag.tagNumber, element.primitive) {
        case (0, nil):
            var reader = try element.reader(structure)
            let oid = try reader.oid("otherName type")
            let value = try reader.take(.context(0), "otherName value").inner(structure)
            try reader.finish()
            if oid == OIDs.microsoftUPN, value.tag == .utf8String, let text = value.text {
                self = .upn(text)
            } else {
                self = .other(oid, value: value.raw)
            }
        case (1, let bytes?) where String.isVisibleASCII(bytes): self = .email(String(decoding: bytes, as: UTF8.self))
        case (2, let bytes?) where String.isVisibleASCII(bytes): self = .dns(String(decoding: bytes, as: UTF8.self))
        case (4, nil): self = .directory(try DistinguishedName(try element.inner(structure)))
        case (6, let bytes?) where String.isVisibleASCII(bytes): self = .uri(String(decoding: bytes, as: UTF8.self))
        case (7, let bytes?) where bytes.count == 4 || bytes.count == 16: self = .ip(Array(bytes))
        case (8, let bytes?):
            self = .registeredID(try TLV(DERBytes.element(0x06, Array(bytes)), structure).oid(structure))
        case (1...8, let bytes?): self = .unknown(tag: identifier, bytes: Array(bytes))
        case (3, nil), (5, nil): self = .unknown(tag: identifier, bytes: try element.elements(structure, limit: 32).flatMap(\.raw))
        default: throw FormatError(structure, "unknown form")
        }
    }

    package var der: [UInt8] {
        switch self {
        case .dns(let name): DERBytes.implicit(2, Array(name.utf8))
        case .ip(let address): DERBytes.implicit(7, address)
        case .email(let address): DERBytes.implicit(1, Array(address.utf8))
        case .uri(let text): DERBytes.implicit(6, Array(text.utf8))
        case .upn(let name): DERBytes.explicit(0, OIDs.microsoftUPN.der + DERBytes.explicit(0, DERBytes.utf8String(name)))
        case .directory(let name): DERBytes.explicit(4, name.der)
        case .registeredID(let oid): DERBytes.implicit(8, Array(oid.der.dropFirst(2)))
        case .other(let oid, let value): DERBytes.explicit(0, oid.der + DERBytes.explicit(0, value))
        case .unknown(let tag, let bytes): DERBytes.element(tag, bytes)
        }
    }

    /// `kind:text`, e.g. `dns:a.test`.
    package var description: String {
        switch self {
        case .dns(let name): "dns:\(name)"
        case .ip(let address): "ip:\(IPAddressText.text(address))"
        case .email(let address): "email:\(address)"
        case .uri(let text): "uri:\(text)"
        case .upn(let name): "upn:\(name)"
        case .directory(let name): "dir:\(name)"
        case .registeredID(let oid): "rid:\(oid)"
        case .other(let oid, let value): "other:\(oid):\(value.hex)"
        case .unknown(let tag, let bytes): "unknown:\([tag].hex):\(bytes.hex)"
        }
    }
}
