/// Makes the extensions that certificates, requests and CRLs of this program carry.
package enum Extensions {
    /// Critical.
    package static func basicConstraints(isCA: Bool, pathLength: Int? = nil) -> CertificateExtension {
        let length = isCA ? pathLength.map { DERBytes.integer($0) } ?? [] : []
        return CertificateExtension(
            oid: OIDs.basicConstraints, critical: true, value: DERBytes.sequence(isCA ? DERBytes.boolean(true) : [], length))
    }

    /// Critical.
    package static func keyUsage(_ usage: KeyUsage) -> CertificateExtension {
        CertificateExtension(oid: OIDs.keyUsage, critical: true, value: usage.der)
    }

    package static func extendedKeyUsage(_ purposes: [OID], critical: Bool = false) -> CertificateExtension {
        CertificateExtension(oid: OIDs.extendedKeyUsage, critical: critical, value: DERBytes.sequence(of: purposes.map(\.der)))
    }

    /// Must be critical when the subject is empty (RFC 5280 §4.2.1.6).
    package static func subjectAlternativeName(_ names: [GeneralName], critical: Bool = false) -> CertificateExtension {
        CertificateExtension(oid: OIDs.subjectAlternativeName, critical: critical, value: GeneralNames.encode(names))
    }

    package static func subjectKeyIdentifier(_ identifier: [UInt8]) -> CertificateExtension {
        CertificateExtension(oid: OIDs.subjectKeyIdentifier, value: DERBytes.octetString(identifier))
    }

    package static func authorityKeyIdentifier(_ identifier: [UInt8]) -> CertificateExtension {
        CertificateExtension(oid: OIDs.authorityKeyIdentifier, value: DERBytes.sequence(DERBytes.implicit(0, identifier)))
    }

    package static func crlDistributionPoint(_ url: String) -> CertificateExtension {
        CertificateExtension(oid: OIDs.crlDistributionPoints, value: DERBytes.sequence(DERBytes.sequence(distributionPoint(url))))
    }

    /// Where the delta list is (RFC 5280 §5.2.6).
    package static func freshestCRL(_ url: String) -> CertificateExtension {
        CertificateExtension(oid: OIDs.freshestCRL, value: DERBytes.sequence(DERBytes.sequence(distributionPoint(url))))
    }

    /// The part of the CA's certificates that a list speaks of: those whose distribution point is this very URL. Critical.
    package static func issuingDistributionPoint(_ url: String) -> CertificateExtension {
        CertificateExtension(oid: OIDs.issuingDistributionPoint, critical: true, value: DERBytes.sequence(distributionPoint(url)))
    }

    private static func distributionPoint(_ url: String) -> [UInt8] {
        DERBytes.explicit(0, DERBytes.explicit(0, GeneralName.uri(url).der))
    }

    /// OCSP responders first. The extension has no meaning without either.
    package static func authorityInformationAccess(caIssuers: String?, ocsp: String?) -> CertificateExtension {
        var places: [[UInt8]] = []
        if let ocsp { places.append(DERBytes.sequence(OIDs.accessOCSP.der, GeneralName.uri(ocsp).der)) }
        if let caIssuers { places.append(DERBytes.sequence(OIDs.accessCAIssuers.der, GeneralName.uri(caIssuers).der)) }
        return CertificateExtension(oid: OIDs.authorityInformationAccess, value: DERBytes.sequence(of: places))
    }

    /// RFC 6960 §4.2.2.2.1.
    package static func ocspNoCheck() -> CertificateExtension {
        CertificateExtension(oid: OIDs.ocspNoCheck, value: DERBytes.null)
    }

    /// Policy identifiers without qualifiers.
    package static func certificatePolicies(_ policies: [OID]) -> CertificateExtension {
        certificatePolicies(policies.map { ($0, nil) })
    }

    /// Policy identifiers, each with the address of its practice statement where it has one (RFC 5280 §4.2.1.4).
    package static func certificatePolicies(_ policies: [(OID, statement: String?)]) -> CertificateExtension {
        let listed = policies.map { policy, statement in
            let qualifier = statement.map {
                DERBytes.sequence(DERBytes.sequence(OIDs.certificatePracticeStatement.der, DERBytes.ia5String($0)))
            }
            return DERBytes.sequence(policy.der, qualifier ?? [])
        }
        return CertificateExtension(oid: OIDs.certificatePolicies, value: DERBytes.sequence(of: listed))
    }

    /// RFC 9608 §2: nobody will ever publish the status of this certificate.
    package static func noRevocationAvailable() -> CertificateExtension { CertificateExtension(oid: OIDs.noRevAvail, value: DERBytes.null) }

    /// status_request, "must staple" (RFC 7633 §4.2.3.1).
    package static func mustStaple() -> CertificateExtension {
        CertificateExtension(oid: OIDs.tlsFeature, value: DERBytes.sequence(DERBytes.integer(5)))
    }

    /// The template by its identifier and version (MS-WCCE 2.2.2.7.7.2).
    package static func microsoftTemplate(_ identifier: OID, major: Int, minor: Int) -> CertificateExtension {
        CertificateExtension(
            oid: OIDs.microsoftCertificateTemplate,
            value: DERBytes.sequence(identifier.der, DERBytes.integer(major), DERBytes.integer(minor)))
    }

    /// szOID_NTDS_CA_SECURITY_EXT: GeneralNames with one otherName, whose value is an OCTET STRING of the SID's text (MS-WCCE 2.2.2.7.7.4).
    package static func microsoftSecurityIdentifier(_ sid: String) -> CertificateExtension {
        let name = GeneralName.other(OIDs.microsoftObjectSID, value: DERBytes.octetString(Array(sid.utf8)))
        return CertificateExtension(oid: OIDs.microsoftSecurityIdentifier, value: GeneralNames.encode([name]))
    }

    /// The template name of old Windows enrollment: a BMPString.
    package static func microsoftTemplateName(_ name: String) -> CertificateExtension {
        CertificateExtension(oid: OIDs.microsoftTemplateName, value: DERBytes.bmpString(name))
    }

    package static func crlNumber(_ number: UInt64) -> CertificateExtension {
        CertificateExtension(oid: OIDs.crlNumber, value: integer(number))
    }

    /// The number of the complete list that a delta builds upon. Critical (RFC 5280 §5.2.4).
    package static func deltaCRLIndicator(base number: UInt64) -> CertificateExtension {
        CertificateExtension(oid: OIDs.deltaCRLIndicator, critical: true, value: integer(number))
    }

    private static func integer(_ number: UInt64) -> [UInt8] {
        DERBytes.integer(unsigned: withUnsafeBytes(of: number.bigEndian) { Array($0) })
    }
}
