import Foundation
import PKIFormats

/// What every certificate must be, whatever its template says; checked on the very bytes that would be signed. Clauses are RFC 5280's
/// where nothing else is said.
enum CertificateLint {
    static func findings(in plan: CertificatePlan) -> [String] {
        // The signature is not looked at here; it only completes the outer SEQUENCE.
        guard
            let certificate = try? Certificate(toBeSigned: plan.toBeSigned, algorithm: plan.certificate.signatureAlgorithm, signature: [0])
        else {
            return ["the to-be-signed bytes do not parse"]
        }
        var lint = LintReport(certificate)
        lint.fields(issuer: plan.issuer, mayOutliveIssuer: plan.authorized.template.atIssuerEnd == .exceed)
        lint.usage(mayBeCA: plan.authorized.template.isAuthority)
        lint.names()
        lint.status()
        lint.extensions()
        return lint.findings
    }
}

/// Collects what is wrong with one certificate.
struct LintReport {
    private static let known: Set<OID> = [
        OIDs.basicConstraints, OIDs.keyUsage, OIDs.extendedKeyUsage, OIDs.subjectAlternativeName, OIDs.nameConstraints,
    ]

    let certificate: Certificate
    private(set) var findings: [String] = []

    init(_ certificate: Certificate) { self.certificate = certificate }

    private mutating func require(_ holds: Bool, _ finding: String) { if !holds { findings.append(finding) } }

    private var isCA: Bool { certificate.basicConstraints?.isCA == true }

    mutating func fields(issuer: AuthorityIdentity, mayOutliveIssuer: Bool) {
        let serial = certificate.serialNumber
        require(
            (9...20).contains(serial.count) && serial.first.map { $0 & 0x80 == 0 && $0 != 0 } == true,
            "serial number out of range (§4.1.2.2)")
        require(!certificate.issuer.isEmpty, "empty issuer (§4.1.2.4)")
        require(certificate.issuer == issuer.subject, "issuer is not the CA's subject (§4.1.2.4)")
        require(certificate.validity.notBefore < certificate.validity.notAfter, "validity ends before it begins (§4.1.2.5)")
        if let own = issuer.certificate {
            require(
                certificate.validity.notAfter <= own.validity.notAfter
                    || (mayOutliveIssuer && certificate.validity.notAfter == Validity.endless),
                "notAfter past the issuer's")
            require(certificate.validity.notBefore >= own.validity.notBefore, "notBefore before the issuer's")
            require(certificate.authorityKeyIdentifier == issuer.keyIdentifier, "authority key identifier is not the issuer's (§4.2.1.1)")
            require(own.keyUsage?.contains(.keyCertSign) ?? true, "the issuer may not sign certificates (§4.2.1.3)")
            if isCA, let limit = own.basicConstraints?.pathLength {
                require(limit > 0, "the issuer's path length forbids a CA below it (§4.2.1.9)")
            }
        }
        require(
            certificate.subjectKeyIdentifier == certificate.publicKey.keyIdentifier, "subject key identifier is not the key's (§4.2.1.2)")
    }

    mutating func usage(mayBeCA: Bool) {
        let usage = certificate.keyUsage ?? []
        require(ext(OIDs.keyUsage)?.critical == true && !usage.isEmpty, "no critical key usage (§4.2.1.3)")
        require(isCA == mayBeCA, "cA differs from the template")
        require(
            !certificate.publicKey.kind.onlySigns
                || usage.isDisjoint(with: [.keyEncipherment, .dataEncipherment, .keyAgreement, .encipherOnly, .decipherOnly]),
            "a key usage that a signing key cannot have (RFC 8410 §5, RFC 9881 §5)")
        require(isCA == usage.contains(.keyCertSign), "keyCertSign without cA, or cA without it (§4.2.1.3)")
        require(isCA || !usage.contains(.cRLSign), "cRLSign on a leaf")
        require(!isCA || ext(OIDs.basicConstraints)?.critical == true, "basicConstraints of a CA is not critical (§4.2.1.9)")
        require(isCA || certificate.basicConstraints?.pathLength == nil, "pathLenConstraint without cA (§4.2.1.9)")
        var canEncipher = false
        if case .rsa = certificate.publicKey.kind { canEncipher = true }
        if !canEncipher {
            require(usage.isDisjoint(with: [.keyEncipherment, .dataEncipherment]), "encipherment by a key that cannot (RFC 8813 §3)")
        }
        let purposes = certificate.extendedKeyUsages
        require(ext(OIDs.extendedKeyUsage) == nil || !purposes.isEmpty, "empty extended key usage (§4.2.1.12)")
        require(Set(purposes).count == purposes.count, "a purpose stands there twice")
        require(!purposes.contains(OIDs.anyExtendedKeyUsage), "anyExtendedKeyUsage")
        require(
            !purposes.contains(OIDs.serverAuth) || !usage.isDisjoint(with: [.digitalSignature, .keyEncipherment, .keyAgreement]),
            "serverAuth without a key usage that serves it (§4.2.1.12)")
        require(
            !purposes.contains(OIDs.clientAuth) || !usage.isDisjoint(with: [.digitalSignature, .keyAgreement]),
            "clientAuth without a key usage that serves it (§4.2.1.12)")
        require(
            !purposes.contains(OIDs.ocspSigning) || usage.contains(.digitalSignature), "OCSPSigning without digitalSignature (§4.2.1.12)")
    }

    mutating func names() {
        let names = certificate.subjectAlternativeNames
        let alternative = ext(OIDs.subjectAlternativeName)
        require(
            !certificate.subject.isEmpty || alternative?.critical == true, "empty subject without a critical alternative name (§4.2.1.6)")
        require(certificate.subject.isEmpty || alternative?.critical != true, "critical alternative names beside a subject (§4.2.1.6)")
        require(!isCA || !certificate.subject.isEmpty, "a CA without a subject (§4.1.2.6)")
        require(alternative == nil || !names.isEmpty, "empty alternative names (§4.2.1.6)")
        require(Set(names).count == names.count, "an alternative name stands there twice")
        for name in names {
            switch name {
            case .dns(let text): require(DNSNameSyntax.isCertificateName(text), "malformed \(name) (§4.2.1.6)")
            case .email(let text):
                require(
                    text.count { $0 == "@" } == 1 && text.utf8.allSatisfy { (0x21...0x7e).contains($0) }, "malformed \(name) (§4.2.1.6)")
            case .uri(let text): require(URL(string: text)?.scheme?.isEmpty == false, "\(name) is not absolute (§4.2.1.6)")
            case .ip(let octets): require(octets.count == 4 || octets.count == 16, "malformed \(name) (§4.2.1.6)")
            case .upn(let text): require(!text.isEmpty, "an empty UPN")
            case .directory(let directory): require(!directory.isEmpty, "an empty directoryName (§4.2.1.6)")
            case .other: require(name.type != nil, "an otherName that nobody reads: \(name)")
            case .registeredID, .unknown: require(false, "a name of a form that is never issued: \(name)")
            }
        }
        for (oid, text) in certificate.subject.attributes {
            let bound = oid == OIDs.commonName ? 64 : Template.SubjectRule.attributes.values.first { $0.oid == oid }?.bound ?? 255
            require(
                !text.isEmpty && text.unicodeScalars.count <= bound, "a subject attribute \(oid) of \(text.count) characters (appendix A.1)"
            )
            require(
                oid != OIDs.country || (text.count == 2 && text.isPrintableString),
                "countryName is not two printable characters (appendix A.1)")
            require(text.unicodeScalars.allSatisfy(\.isPrintable), "a subject attribute \(oid) that does not print")
        }
    }

    mutating func status() {
        let information = ext(OIDs.authorityInformationAccess)?.value ?? []
        if ext(OIDs.noRevAvail) != nil {
            require(!isCA, "noRevAvail on a CA (RFC 9608 §2)")
            require(ext(OIDs.crlDistributionPoints) == nil && ext(OIDs.freshestCRL) == nil, "noRevAvail beside a CRL (RFC 9608 §2)")
            require(!information.contains(run: OIDs.accessOCSP.der), "noRevAvail beside OCSP (RFC 9608 §2)")
        }
        if ext(OIDs.tlsFeature) != nil { require(information.contains(run: OIDs.accessOCSP.der), "must-staple without OCSP (RFC 7633)") }
        require(information.isEmpty || information.count > 2, "empty authority information access (§4.2.2.1)")
    }

    mutating func extensions() {
        require(Set(certificate.extensions.map(\.oid)).count == certificate.extensions.count, "an extension occurs twice (§4.2)")
        for item in certificate.extensions {
            require(!item.critical || Self.known.contains(item.oid), "the extension \(item.oid) must not be critical (§4.2)")
            require(item.oid != OIDs.nameConstraints || isCA, "nameConstraints on a leaf (§4.2.1.10)")
            require(item.oid != Self.poison, "a poison extension (RFC 6962)")
        }
    }

    private static let poison: OID = [1, 3, 6, 1, 4, 1, 11129, 2, 4, 3]

    private func ext(_ oid: OID) -> CertificateExtension? { certificate.ext(oid) }
}

extension [UInt8] {
    fileprivate func contains(run: [UInt8]) -> Bool { firstRange(of: run) != nil }
}
