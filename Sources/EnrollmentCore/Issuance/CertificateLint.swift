import PKIFormats

/// What every certificate must be, whatever its template says; checked on the very bytes that would be signed.
enum CertificateLint {
    static func findings(in plan: CertificatePlan) -> [String] {
        // The signature is not looked at here; it only completes the outer SEQUENCE.
        guard
            let certificate = try? Certificate(toBeSigned: plan.toBeSigned, algorithm: plan.certificate.signatureAlgorithm, signature: [0])
        else {
            return ["the to-be-signed bytes do not parse"]
        }
        var findings: [String] = []
        func require(_ holds: Bool, _ finding: String) { if !holds { findings.append(finding) } }

        let serial = certificate.serialNumber
        require(
            (9...20).contains(serial.count) && serial.first.map { $0 & 0x80 == 0 && $0 != 0 } == true,
            "serial number out of range (RFC 5280 §4.1.2.2)")
        require(certificate.issuer == plan.issuer.subject, "issuer is not the CA's subject (§4.1.2.4)")
        require(certificate.validity.notBefore < certificate.validity.notAfter, "validity ends before it begins")
        if let issuer = plan.issuer.certificate {
            require(certificate.validity.notAfter <= issuer.validity.notAfter, "notAfter past the issuer's")
            require(
                certificate.authorityKeyIdentifier == plan.issuer.keyIdentifier, "authority key identifier is not the issuer's (§4.2.1.1)")
        }
        require(certificate.subjectKeyIdentifier != nil, "no subject key identifier (§4.2.1.2)")
        require(Set(certificate.extensions.map(\.oid)).count == certificate.extensions.count, "an extension occurs twice (§4.2)")
        require(
            !certificate.subject.isEmpty || certificate.ext(OIDs.subjectAlternativeName)?.critical == true,
            "empty subject without a critical alternative name (§4.2.1.6)")

        let isCA = certificate.basicConstraints?.isCA == true
        let usage = certificate.keyUsage ?? []
        require(certificate.ext(OIDs.keyUsage)?.critical == true && !usage.isEmpty, "no critical key usage (§4.2.1.3)")
        require(
            !certificate.publicKey.kind.onlySigns
                || usage.isDisjoint(with: [.keyEncipherment, .dataEncipherment, .keyAgreement, .encipherOnly, .decipherOnly]),
            "a key usage that a signing key cannot have (RFC 8410 §5, RFC 9881 §5)")
        require(isCA == plan.authorized.template.isAuthority, "cA differs from the template")
        require(isCA == usage.contains(.keyCertSign), "keyCertSign without cA, or cA without it (§4.2.1.3)")
        require(isCA || !usage.contains(.cRLSign), "cRLSign on a leaf")
        require(!isCA || certificate.ext(OIDs.basicConstraints)?.critical == true, "basicConstraints of a CA is not critical (§4.2.1.9)")
        require(!certificate.extendedKeyUsages.contains(OIDs.anyExtendedKeyUsage), "anyExtendedKeyUsage")
        return findings
    }
}
