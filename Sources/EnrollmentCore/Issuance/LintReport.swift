import PKIFormats

/// Collects what is wrong with one certificate.
struct LintReport {
    let certificate: Certificate
    private(set) var findings: [String] = []

    init(_ certificate: Certificate) { self.certificate = certificate }

    mutating func require(_ holds: Bool, _ finding: @autoclosure () -> String) { if !holds { findings.append(finding()) } }

    var isCA: Bool { certificate.basicConstraints?.isCA == true }

    func ext(_ oid: OID) -> CertificateExtension? { certificate.ext(oid) }

    mutating func fields(_ context: CertificateLint.Context) {
        let issuer = context.issuer
        let serial = certificate.serialNumber
        require(
            (9...20).contains(serial.count) && serial.first.map { $0 & 0x80 == 0 && $0 != 0 } == true,
            "serial number out of range (§4.1.2.2)")
        require(!certificate.issuer.isEmpty, "empty issuer (§4.1.2.4)")
        require(certificate.issuer == issuer.subject, "issuer is not the CA's subject (§4.1.2.4)")
        let validity = certificate.validity
        require(validity.notBefore < validity.notAfter, "validity ends before it begins (§4.1.2.5)")
        if let own = issuer.certificate {
            require(
                validity.notAfter <= own.validity.notAfter || (context.mayOutliveIssuer && validity.notAfter == Validity.endless),
                "notAfter past the issuer's")
            require(validity.notBefore >= own.validity.notBefore, "notBefore before the issuer's")
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
        let usage = certificate.keyUsage ?? KeyUsage(rawValue: 0)
        require(ext(OIDs.keyUsage)?.critical == true && !usage.isEmpty, "no critical key usage (§4.2.1.3)")
        require(isCA == mayBeCA, "cA differs from the template")
        require(
            !certificate.publicKey.kind.onlySigns
                || (usage.isDisjoint(with: .encipherment) && usage.isDisjoint(with: .agreement)),
            "a key usage that a signing key cannot have (RFC 8410 §5, RFC 9881 §5)")
        require(isCA == usage.contains(.keyCertSign), "keyCertSign without cA, or cA without it (§4.2.1.3)")
        require(isCA || !usage.contains(.cRLSign), "cRLSign on a leaf")
        require(!isCA || ext(OIDs.basicConstraints)?.critical == true, "basicConstraints of a CA is not critical (§4.2.1.9)")
        require(isCA || certificate.basicConstraints?.pathLength == nil, "pathLenConstraint without cA (§4.2.1.9)")
        if certificate.publicKey.kind.isRSA {
            require(usage.isDisjoint(with: .agreement), "agreement by an RSA key (RFC 3279 §2.3.1)")
        } else {
            require(usage.isDisjoint(with: .encipherment), "encipherment by a key that cannot (RFC 8813 §3)")
        }
        require(
            usage.contains(.keyAgreement) || usage.isDisjoint(with: .agreementInOneDirection),
            "encipherOnly or decipherOnly without keyAgreement (§4.2.1.3)")
        let purposes = certificate.extendedKeyUsages
        require(ext(OIDs.extendedKeyUsage) == nil || !purposes.isEmpty, "empty extended key usage (§4.2.1.12)")
        require(!purposes.hasRepetition, "a purpose stands there twice")
        require(!purposes.contains(OIDs.anyExtendedKeyUsage), "anyExtendedKeyUsage")
        require(
            !purposes.contains(OIDs.serverAuth) || !usage.isDisjoint(with: .ofTLSServers),
            "serverAuth without a key usage that serves it (§4.2.1.12)")
        require(
            !purposes.contains(OIDs.clientAuth) || !usage.isDisjoint(with: .ofTLSClients),
            "clientAuth without a key usage that serves it (§4.2.1.12)")
        for (purpose, name) in [(OIDs.ocspSigning, "OCSPSigning"), (OIDs.codeSigning, "codeSigning")] {
            require(!purposes.contains(purpose) || usage.contains(.digitalSignature), "\(name) without digitalSignature (§4.2.1.12)")
        }
        require(
            !purposes.contains(OIDs.timeStamping) || !usage.isDisjoint(with: .ofTimeStamps),
            "timeStamping without a key usage that serves it (§4.2.1.12)")
    }

    mutating func status() {
        let information = ext(OIDs.authorityInformationAccess)?.value ?? []
        if ext(OIDs.noRevAvail) != nil {
            require(!isCA, "noRevAvail on a CA (RFC 9608 §2)")
            require(ext(OIDs.crlDistributionPoints) == nil && ext(OIDs.freshestCRL) == nil, "noRevAvail beside a CRL (RFC 9608 §2)")
            require(!information.contains(run: OIDs.accessOCSP.der), "noRevAvail beside OCSP (RFC 9608 §2)")
            require(ext(OIDs.noRevAvail)?.value == DERBytes.null, "noRevAvail that is not NULL (RFC 9608 §2)")
        }
        if ext(OIDs.tlsFeature) != nil { require(information.contains(run: OIDs.accessOCSP.der), "must-staple without OCSP (RFC 7633)") }
        require(information.isEmpty || information.count > 2, "empty authority information access (§4.2.2.1)")
        if let points = ext(OIDs.crlDistributionPoints)?.value {
            require(points.contains(run: Array("http://".utf8)), "a CRL distribution point without an HTTP address (§4.2.1.13)")
        }
    }
}

extension [UInt8] {
    fileprivate func contains(run: [UInt8]) -> Bool {
        guard let first = run.first, count >= run.count else { return run.isEmpty }
        for start in 0...count - run.count where self[start] == first && self[start..<start + run.count] == run[...] { return true }
        return false
    }
}
