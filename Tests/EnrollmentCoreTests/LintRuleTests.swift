import EnrollmentCore
import Foundation
import PKIFormats
import SigningKeys
import TestSupport
import Testing

/// Every rule of docs/LINT.md: a good certificate passes, and each fault that the rule is about is found.
@Suite struct LintRuleTests {
    private struct Bench {
        let issuer: AuthorityIdentity
        let good: TBSCertificate
        let now: Date

        func findings(isCA: Bool = false, mayOutliveIssuer: Bool = false, _ change: (inout TBSCertificate) throws -> Void) rethrows
            -> [String]
        {
            var certificate = good
            try change(&certificate)
            return CertificateLint.findings(
                in: certificate.encoded(), algorithm: certificate.signatureAlgorithm,
                CertificateLint.Context(issuer: issuer, mayBeCA: isCA, mayOutliveIssuer: mayOutliveIssuer))
        }
    }

    private func bench(_ key: KeyAlgorithm = .p256) async throws -> Bench {
        let ca = try await TestCA.found()
        let issuer = ca.issuing.identity
        let publicKey = try SoftwareKey.generate(key).publicKey
        let good = TBSCertificate(
            serialNumber: [0x40] + [UInt8](repeating: 7, count: 15), signatureAlgorithm: .ecdsaSHA256, issuer: issuer.subject,
            validity: Validity(notBefore: ca.clock.now, notAfter: ca.clock.now.addingTimeInterval(86_400)),
            subject: DistinguishedName([(OIDs.country, "DE"), (OIDs.commonName, "a.lab.test")]), publicKey: publicKey,
            extensions: [
                Extensions.keyUsage(.digitalSignature), Extensions.extendedKeyUsage([OIDs.clientAuth]),
                Extensions.subjectAlternativeName([.dns("a.lab.test")]), Extensions.subjectKeyIdentifier(publicKey.keyIdentifier),
                Extensions.authorityKeyIdentifier(issuer.keyIdentifier), Extensions.crlDistributionPoint(issuer.statusURLs.crl),
                Extensions.authorityInformationAccess(caIssuers: issuer.statusURLs.caIssuers, ocsp: issuer.statusURLs.ocsp),
                Extensions.certificatePolicies([[1, 3, 6, 1, 4, 1, 99999, 5]]),
            ])
        return Bench(issuer: issuer, good: good, now: ca.clock.now)
    }

    private func expect(_ finding: String, _ found: [String], sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(found.contains { $0.contains(finding) }, "\(found)", sourceLocation: sourceLocation)
    }

    @Test func aGoodCertificatePasses() async throws {
        #expect(try await bench().findings { _ in } == [])
        #expect(try await bench(.rsa2048).findings { _ in } == [])
        #expect(try await bench(.mldsa65).findings { _ in } == [])
    }

    @Test func section4_1_fields() async throws {
        let bench = try await bench()
        for serial: [UInt8] in [[0], [1], [0x80] + [UInt8](repeating: 1, count: 15), [UInt8](repeating: 0x40, count: 21), [0, 0x40, 1]] {
            expect("serial number out of range", bench.findings { $0.serialNumber = serial })
        }
        expect("issuer is not the CA's subject", bench.findings { $0.issuer = DistinguishedName(commonName: "Another") })
        expect("empty issuer", bench.findings { $0.issuer = .empty })
        expect(
            "validity ends before it begins",
            bench.findings { $0.validity = Validity(notBefore: bench.now.addingTimeInterval(60), notAfter: bench.now) })
        expect("notAfter past the issuer's", bench.findings { $0.validity = Validity(notBefore: bench.now, notAfter: Validity.endless) })
        #expect(bench.findings(mayOutliveIssuer: true) { $0.validity = Validity(notBefore: bench.now, notAfter: Validity.endless) } == [])
        expect(
            "notBefore before the issuer's",
            bench.findings { $0.validity = Validity(notBefore: bench.now.addingTimeInterval(-90 * 86_400), notAfter: bench.now) })
        expect("empty subject without a critical alternative name", bench.findings { $0.subject = .empty })
        expect("countryName is not two", bench.findings { $0.subject = DistinguishedName([(OIDs.country, "D")]) })
        expect(
            "a subject attribute",
            bench.findings { $0.subject = DistinguishedName([(OIDs.organization, String(repeating: "x", count: 65))]) })
        expect("does not print", bench.findings { $0.subject = DistinguishedName(commonName: "a\u{202E}b") })
        let teletex = DERBytes.set(of: [DERBytes.sequence(OIDs.commonName.der, DERBytes.element(0x14, [0x61]))])
        expect(
            "in a string type that CAs do not write",
            try bench.findings { $0.subject = try DistinguishedName(der: DERBytes.sequence(teletex)) })
    }

    @Test func section4_2_extensionsAsAWhole() async throws {
        let bench = try await bench()
        expect("the to-be-signed bytes do not parse", bench.findings { $0.extensions.append($0.extensions[0]) })
        for oid: OID in [
            [2, 5, 29, 33], [2, 5, 29, 36], [2, 5, 29, 54], [2, 5, 29, 18], [1, 3, 6, 1, 4, 1, 11129, 2, 4, 3], [1, 2, 3],
        ] {
            expect("never issued: \(oid)", bench.findings { $0.extensions.append(CertificateExtension(oid: oid, value: DERBytes.null)) })
        }
        for index in bench.good.extensions.indices.dropFirst(3) {
            expect(
                "must not be critical",
                bench.findings {
                    let item = $0.extensions[index]
                    $0.extensions[index] = CertificateExtension(oid: item.oid, critical: true, value: item.value)
                })
        }
    }

    /// The same extension with another value, or none.
    private func replacing(_ oid: OID, _ item: CertificateExtension?) -> (inout TBSCertificate) -> Void {
        { certificate in
            certificate.extensions.removeAll { $0.oid == oid }
            if let item { certificate.extensions.append(item) }
        }
    }

    @Test func section4_2_1_1to3_keyIdentifiersAndUsage() async throws {
        let bench = try await bench()
        expect("authority key identifier is not", bench.findings(replacing(OIDs.authorityKeyIdentifier, nil)))
        expect("subject key identifier is not", bench.findings(replacing(OIDs.subjectKeyIdentifier, Extensions.subjectKeyIdentifier([1]))))
        expect("no critical key usage", bench.findings(replacing(OIDs.keyUsage, nil)))
        let soft = CertificateExtension(oid: OIDs.keyUsage, value: Extensions.keyUsage(.digitalSignature).value)
        expect("no critical key usage", bench.findings(replacing(OIDs.keyUsage, soft)))
        for (usage, finding): (KeyUsage, String) in [
            ([.digitalSignature, .keyCertSign], "keyCertSign without cA"), ([.digitalSignature, .cRLSign], "cRLSign on a leaf"),
            ([.digitalSignature, .keyEncipherment], "encipherment by a key that cannot"),
            ([.digitalSignature, .encipherOnly], "encipherOnly or decipherOnly without keyAgreement"),
            ([.contentCommitment], "clientAuth without a key usage"),
        ] {
            expect(finding, bench.findings(replacing(OIDs.keyUsage, Extensions.keyUsage(usage))))
        }
        let rsa = try await self.bench(.rsa2048)
        expect("agreement by an RSA key", rsa.findings(replacing(OIDs.keyUsage, Extensions.keyUsage([.digitalSignature, .keyAgreement]))))
        let lattice = try await self.bench(.mldsa65)
        expect(
            "that a signing key cannot have",
            lattice.findings(replacing(OIDs.keyUsage, Extensions.keyUsage([.digitalSignature, .keyAgreement]))))
    }

    @Test func section4_2_1_4_policies() async throws {
        let bench = try await bench()
        let twice = Extensions.certificatePolicies([[1, 3, 6, 1, 4, 1, 99999, 5], [1, 3, 6, 1, 4, 1, 99999, 5]])
        expect("a certificate policy stands there twice", bench.findings(replacing(OIDs.certificatePolicies, twice)))
        for value in [DERBytes.sequence(), DERBytes.null, DERBytes.sequence(DERBytes.sequence())] {
            expect(
                "certificatePolicies that cannot be read",
                bench.findings(replacing(OIDs.certificatePolicies, CertificateExtension(oid: OIDs.certificatePolicies, value: value))))
        }
    }

    @Test func section4_2_1_6_alternativeNames() async throws {
        let bench = try await bench()
        func names(_ names: [GeneralName], critical: Bool = false) -> [String] {
            bench.findings(replacing(OIDs.subjectAlternativeName, Extensions.subjectAlternativeName(names, critical: critical)))
        }
        for name: GeneralName in [
            .dns("a b"), .dns("*.test"), .dns("a.*.test"), .dns("-a.test"), .dns(" "), .email("ann"), .email("a@b@c"),
        ] { #expect(!names([name]).isEmpty, "\(name)") }
        expect("is not absolute", names([.uri("/path")]))
        expect("has no host", names([.uri("https:///path")]))
        expect("empty alternative names", names([]))
        expect("stands there twice", names([.dns("a.test"), .dns("a.test")]))
        expect("critical alternative names beside a subject", names([.dns("a.test")], critical: true))
        expect("never issued", names([.registeredID([1, 2, 3])]))
        expect("nobody reads", names([.other([1, 2, 3], value: DERBytes.null)]))
        #expect(names([.uri("urn:example:a"), .uri("spiffe://lab.test/a"), .ip([192, 0, 2, 1]), .upn("a@b.test")]) == [])
    }

    @Test func section4_2_1_9and10_constraints() async throws {
        let bench = try await bench()
        let authority = Extensions.basicConstraints(isCA: true, pathLength: 0)
        expect("cA differs from the template", bench.findings(replacing(OIDs.basicConstraints, authority)))
        expect("cA without it", bench.findings(isCA: true, replacing(OIDs.basicConstraints, authority)))
        expect("path length forbids", bench.findings(isCA: true, replacing(OIDs.basicConstraints, authority)))
        let soft = CertificateExtension(oid: OIDs.basicConstraints, value: authority.value)
        expect("not critical (§4.2.1.9)", bench.findings(isCA: true, replacing(OIDs.basicConstraints, soft)))
        let odd = CertificateExtension(oid: OIDs.basicConstraints, critical: true, value: DERBytes.sequence(DERBytes.integer(0)))
        expect("pathLenConstraint without cA", bench.findings(replacing(OIDs.basicConstraints, odd)))
        let constraints = CertificateExtension(oid: OIDs.nameConstraints, value: DERBytes.sequence())
        let found = bench.findings(replacing(OIDs.nameConstraints, constraints))
        for finding in ["nameConstraints on a leaf", "nameConstraints is not critical", "nameConstraints that cannot be read"] {
            expect(finding, found)
        }
    }

    @Test func section4_2_1_12_purposes() async throws {
        let bench = try await bench()
        for (purposes, usage, finding): ([OID], KeyUsage, String) in [
            ([], .digitalSignature, "empty extended key usage"), ([OIDs.anyExtendedKeyUsage], .digitalSignature, "anyExtendedKeyUsage"),
            ([OIDs.clientAuth, OIDs.clientAuth], .digitalSignature, "a purpose stands there twice"),
            ([OIDs.serverAuth], .contentCommitment, "serverAuth without"), ([OIDs.codeSigning], .keyAgreement, "codeSigning without"),
            ([OIDs.ocspSigning], .keyAgreement, "OCSPSigning without"), ([OIDs.timeStamping], .keyAgreement, "timeStamping without"),
        ] {
            expect(
                finding,
                bench.findings {
                    replacing(OIDs.extendedKeyUsage, Extensions.extendedKeyUsage(purposes))(&$0)
                    replacing(OIDs.keyUsage, Extensions.keyUsage(usage))(&$0)
                })
        }
    }

    @Test func section4_2_1_13and4_2_2_1_status() async throws {
        let bench = try await bench()
        let secure = Extensions.crlDistributionPoint("https://ca.test/list.crl")
        expect("without an HTTP address", bench.findings(replacing(OIDs.crlDistributionPoints, secure)))
        let empty = Extensions.authorityInformationAccess(caIssuers: nil, ocsp: nil)
        expect("empty authority information access", bench.findings(replacing(OIDs.authorityInformationAccess, empty)))
        let found = bench.findings(replacing(OIDs.noRevAvail, Extensions.noRevocationAvailable()))
        expect("noRevAvail beside a CRL", found)
        expect("noRevAvail beside OCSP", found)
        expect(
            "noRevAvail that is not NULL",
            bench.findings(replacing(OIDs.noRevAvail, CertificateExtension(oid: OIDs.noRevAvail, value: DERBytes.sequence()))))
        expect(
            "must-staple without OCSP",
            bench.findings {
                replacing(OIDs.tlsFeature, Extensions.mustStaple())(&$0)
                replacing(OIDs.authorityInformationAccess, nil)(&$0)
            })
    }
}
