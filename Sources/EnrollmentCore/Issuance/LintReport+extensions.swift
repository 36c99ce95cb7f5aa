import PKIFormats

/// Which extensions there are, and the rules of the rarer ones.
extension LintReport {
    private static let mayBeCritical: Set<OID> = [
        OIDs.basicConstraints, OIDs.keyUsage, OIDs.extendedKeyUsage, OIDs.subjectAlternativeName, OIDs.nameConstraints,
    ]

    /// Whatever else stands there came by a fault: policy mappings and constraints, issuer names, poison (RFC 6962).
    private static let issued: Set<OID> = mayBeCritical.union([
        OIDs.subjectKeyIdentifier, OIDs.authorityKeyIdentifier, OIDs.certificatePolicies, OIDs.crlDistributionPoints, OIDs.freshestCRL,
        OIDs.authorityInformationAccess, OIDs.ocspNoCheck, OIDs.tlsFeature, OIDs.noRevAvail, OIDs.microsoftTemplateName,
        OIDs.microsoftCertificateTemplate, OIDs.microsoftSecurityIdentifier,
    ])

    mutating func extensions() {
        require(!certificate.extensions.map(\.oid).hasRepetition, "an extension occurs twice (§4.2)")
        for item in certificate.extensions {
            require(Self.issued.contains(item.oid), "an extension that is never issued: \(item.oid)")
            require(!item.critical || Self.mayBeCritical.contains(item.oid), "the extension \(item.oid) must not be critical (§4.2)")
        }
        if let constraints = ext(OIDs.nameConstraints) {
            require(isCA, "nameConstraints on a leaf (§4.2.1.10)")
            require(constraints.critical, "nameConstraints is not critical (§4.2.1.10)")
            require((try? NameConstraints(der: constraints.value)) != nil, "nameConstraints that cannot be read (§4.2.1.10)")
        }
    }

    /// SEQUENCE OF PolicyInformation, each policy once, and no qualifiers but the two of the clause with anyPolicy (§4.2.1.4).
    mutating func policies() {
        guard let value = ext(OIDs.certificatePolicies)?.value else { return }
        let policies = try? KnownExtensions.certificatePolicies(value)
        require(policies?.isEmpty == false, "certificatePolicies that cannot be read, or are empty (§4.2.1.4)")
        require(policies?.hasRepetition != true, "a certificate policy stands there twice (§4.2.1.4)")
    }
}
