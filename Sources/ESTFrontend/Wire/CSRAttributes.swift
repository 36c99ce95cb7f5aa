import PKIFormats

/// What a client should put into its request (RFC 7030 §4.5.2, RFC 8951 §3.2): hints, never demands.
package struct CSRAttributes: Sendable {
    /// The key wanted, where there is no choice.
    package enum Key: Sendable, Equatable {
        case elliptic(curve: OID)
        case rsa(bits: Int)
    }

    package var key: Key?
    /// Types that the client is to fill in itself.
    package var wanted: [OID]
    /// Extensions with their values (RFC 9908 §3.2), in the one extensionRequest attribute.
    package var extensions: [CertificateExtension]

    package init(key: Key? = nil, wanted: [OID] = [], extensions: [CertificateExtension] = []) {
        self.key = key
        self.wanted = wanted
        self.extensions = extensions
    }

    package var isEmpty: Bool { key == nil && wanted.isEmpty && extensions.isEmpty }

    /// `CsrAttrs ::= SEQUENCE OF CHOICE { OID, Attribute }`.
    package var der: [UInt8] {
        var items = wanted.map(DERBytes.oid)
        switch key {
        case .none: break
        case .elliptic(let curve): items.append(Self.attribute(OIDs.ecPublicKey, DERBytes.oid(curve)))
        case .rsa(let bits): items.append(Self.attribute(OIDs.rsaEncryption, DERBytes.integer(bits)))
        }
        if !extensions.isEmpty {
            let (oid, values) = RequestAttribute.extensionRequest(extensions)
            items.append(DERBytes.sequence(DERBytes.oid(oid), DERBytes.set(of: values)))
        }
        return DERBytes.sequence(of: items)
    }

    private static func attribute(_ type: OID, _ value: [UInt8]) -> [UInt8] {
        DERBytes.sequence(DERBytes.oid(type), DERBytes.set(of: [value]))
    }
}
