import Foundation
import PKIFormats
import SigningKeys
import TestSupport
import Testing

@Suite("Certificates")
struct CertificateTests {
    @Test("Certificates of openssl are read and verify under their own key", arguments: Lab.kinds)
    func foreign(kind: String) async throws {
        let lab = try await Lab.shared
        let certificate = try lab.certificate(kind)
        #expect(certificate.subject.description == "CN=\(kind).test,O=Lab,C=CH")
        #expect(certificate.isSelfSigned)
        #expect(certificate.basicConstraints?.isCA == true)
        #expect(certificate.basicConstraints?.pathLength == nil)
        #expect(certificate.keyUsage?.names == ["digitalSignature", "keyEncipherment", "keyCertSign", "cRLSign"])
        #expect(certificate.subjectAlternativeNames == [.dns("\(kind).test")])
        #expect(certificate.subjectKeyIdentifier == certificate.publicKey.keyIdentifier)
        #expect(certificate.authorityKeyIdentifier == certificate.publicKey.keyIdentifier)
        #expect(try certificate.publicKey.validatedKind() == certificate.publicKey.kind)
        let printed = try await lab.openssl("x509 -in \(kind).pem -noout -serial -fingerprint -sha256").text
        #expect(printed.lowercased().contains("serial=" + certificate.serialHex))
        #expect(
            printed.lowercased().replacingOccurrences(of: ":", with: "").contains("fingerprint=" + certificate.fingerprint(.sha256).hex))
        #expect(try Certificate(pem: certificate.pem) == certificate)
        #expect(certificate.validity.contains(Date()))
    }

    @Test("A changed certificate does not verify, nor does one under another key")
    func forged() async throws {
        let lab = try await Lab.shared
        let certificate = try lab.certificate("p256")
        var bytes = certificate.toBeSigned
        bytes[bytes.count - 1] ^= 1
        #expect(!certificate.publicKey.isValidSignature(certificate.signature, over: bytes, algorithm: certificate.signatureAlgorithm))
        for kind in Lab.kinds where kind != "p256" { #expect(!certificate.isSigned(by: try lab.certificate(kind).publicKey)) }
    }

    @Test("Signatures by RSA-PSS and with SHA-1, SHA-384 and SHA-512 verify", arguments: ["sha1", "sha256", "sha384", "sha512"])
    func digests(hash: String) async throws {
        let lab = try await Lab.shared
        for key in ["rsa", "p256", "p384", "p521"] {
            let text = try await lab.openssl("req -x509 -new -key \(key).key -\(hash) -subj /CN=x -days 1").text
            let certificate = try Certificate(pem: text)
            #expect(certificate.isSelfSigned, "\(key) \(hash)")
            #expect(certificate.signatureAlgorithm.isWeak == (hash == "sha1"))
        }
        let text = try await lab.openssl(
            "req -x509 -new -key rsa.key -\(hash) -subj /CN=x -days 1 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:-1"
        ).text
        let certificate = try Certificate(pem: text)
        #expect(certificate.isSelfSigned)
        guard case .rsaPSS = certificate.signatureAlgorithm else {
            Issue.record("\(certificate.signatureAlgorithm)")
            return
        }
        #expect(
            try SignatureAlgorithm(algorithmIdentifier: certificate.signatureAlgorithm.algorithmIdentifier)
                == certificate.signatureAlgorithm)
    }

    @Test("openssl and certtool read and verify a certificate with all our extensions", arguments: Lab.kinds)
    func ours(issuer: String) async throws {
        let lab = try await Lab.shared
        let authority = try lab.certificate(issuer)
        let key = try lab.certificate("rsa").publicKey
        let certificate = try await lab.issue(
            [
                Extensions.basicConstraints(isCA: false), Extensions.keyUsage([.digitalSignature, .keyEncipherment]),
                Extensions.extendedKeyUsage([OIDs.serverAuth, OIDs.clientAuth]),
                Extensions.subjectAlternativeName([.dns("device-1.test"), .ip([192, 0, 2, 7])]),
                Extensions.subjectKeyIdentifier(key.keyIdentifier), Extensions.authorityKeyIdentifier(authority.subjectKeyIdentifier ?? []),
                Extensions.crlDistributionPoint("http://ca.test/ca.crl"),
                Extensions.authorityInformationAccess(caIssuers: "http://ca.test/ca.cer", ocsp: "http://ca.test/ocsp"),
                Extensions.ocspNoCheck(),
                Extensions.certificatePolicies([[2, 23, 140, 1, 2, 1]]), Extensions.microsoftTemplateName("Device"),
            ], subject: DistinguishedName(commonName: "device-1.test"), key: key, issuer: issuer)
        let file = "ours-\(issuer).pem"
        try lab.directory.write(file, certificate.pem)
        let verified = try await lab.openssl(
            "verify -x509_strict -CAfile \(issuer).pem -verify_hostname device-1.test -purpose sslserver \(file)")
        #expect(verified.text.contains("OK"))
        let text = try await lab.openssl("x509 -in \(file) -noout -text").text
        for expected in [
            "CA:FALSE", "Digital Signature, Key Encipherment", "TLS Web Server Authentication, TLS Web Client Authentication",
            "DNS:device-1.test, IP Address:192.0.2.7",
            "URI:http://ca.test/ca.crl", "OCSP - URI:http://ca.test/ocsp", "CA Issuers - URI:http://ca.test/ca.cer", "OCSP No Check",
            "Policy: 2.23.140.1.2.1",
        ] {
            #expect(text.contains(expected), "\(expected)")
        }
        #expect(certificate.isSigned(by: authority.publicKey))
        #expect(certificate.serialHex == "d122")
        #expect(certificate.extendedKeyUsages == [OIDs.serverAuth, OIDs.clientAuth])
        #expect(certificate.ext(OIDs.ocspNoCheck)?.value == [5, 0])
        if try await Command.run("sh", ["-c", "command -v certtool"]).succeeded {
            let checked = try await Command.run(
                "certtool",
                ["--verify", "--load-ca-certificate", lab.directory.path("\(issuer).pem"), "--infile", lab.directory.path(file)])
            #expect(checked.text.contains("Verified. The certificate is trusted."), "\(checked.text) \(checked.errorText)")
        }
    }

    @Test("A CA certificate with a path length is read by openssl")
    func authority() async throws {
        let lab = try await Lab.shared
        let certificate = try await lab.issue(
            [Extensions.basicConstraints(isCA: true, pathLength: 0), Extensions.keyUsage([.keyCertSign, .cRLSign])],
            subject: DistinguishedName(commonName: "Issuing"), key: try lab.certificate("p384").publicKey)
        #expect(certificate.basicConstraints?.isCA == true)
        #expect(certificate.basicConstraints?.pathLength == 0)
        let text = try await lab.openssl("x509 -noout -text", input: Array(certificate.pem.utf8)).text
        #expect(text.contains("CA:TRUE, pathlen:0"))
        #expect(text.contains("Certificate Sign, CRL Sign"))
    }

    @Test("Certificates as PEM bundle keep their order")
    func bundle() async throws {
        let lab = try await Lab.shared
        let all = try Lab.kinds.map { try lab.certificate($0) }
        #expect(try Certificate.decodePEMBundle(all.map(\.pem).joined()) == all)
        #expect(throws: FormatError.self) { try Certificate(pem: all.map(\.pem).joined()) }
    }

    @Test(
        "The root certificates of the system are read",
        .enabled(if: FileManager.default.isReadableFile(atPath: "/etc/ssl/certs/ca-certificates.crt")))
    func systemRoots() throws {
        let text = try String(contentsOfFile: "/etc/ssl/certs/ca-certificates.crt", encoding: .utf8)
        let blocks = try PEM.decode(text, label: "CERTIFICATE")
        #expect(blocks.count > 10)
        for block in blocks {
            let certificate = try Certificate(der: block)
            #expect(certificate.isSelfSigned, "\(certificate)")
            #expect(try DistinguishedName(der: certificate.subject.der) == certificate.subject)
        }
    }

    @Test("A duplicate extension, a malformed known extension and a trailing byte are refused")
    func malformed() async throws {
        let lab = try await Lab.shared
        let key = try lab.certificate("p256").publicKey
        let usage = Extensions.keyUsage(.digitalSignature)
        for extensions in [
            [usage, usage], [CertificateExtension(oid: OIDs.basicConstraints, value: [0x30, 1])],
            [CertificateExtension(oid: OIDs.keyUsage, value: [0x03, 0])],
            [CertificateExtension(oid: OIDs.extendedKeyUsage, value: DERBytes.set(of: [OIDs.serverAuth.der]))],
            [CertificateExtension(oid: OIDs.subjectAlternativeName, value: [])],
            [CertificateExtension(oid: OIDs.subjectKeyIdentifier, value: [5, 0])],
            (0..<65).map { CertificateExtension(oid: [1, 2, 3, UInt($0)], value: []) },
        ] {
            await #expect(throws: FormatError.self) { try await lab.issue(extensions, subject: .empty, key: key) }
        }
        #expect(throws: FormatError.self) { try Certificate(der: try lab.certificate("p256").der + [0]) }
    }

    @Test("All key usage bits survive writing and reading")
    func keyUsage() async throws {
        let lab = try await Lab.shared
        let key = try lab.certificate("p256").publicKey
        for bit in 0..<9 {
            let usage = KeyUsage(rawValue: 1 << UInt16(bit))
            #expect(try await lab.issue([Extensions.keyUsage(usage)], subject: .empty, key: key).keyUsage == usage)
            #expect(KeyUsage(name: usage.names.first ?? "") == usage)
        }
        #expect(Extensions.keyUsage([.digitalSignature, .keyEncipherment]).value.hex == "030205a0")
        #expect(Extensions.keyUsage(.decipherOnly).value.hex == "0303070080")
        #expect(Extensions.keyUsage([]).value.hex == "030100")
    }

    @Test func `A certificate under another signature is read back, and is the one that reading it whole gives`() async throws {
        let key = try SoftwareKey.generate(.p256)
        let lab = try await Lab.shared
        let signed = try lab.certificate("p256")
        let unsigned = try Certificate(unsigned: signed.toBeSigned, algorithm: signed.signatureAlgorithm)
        #expect(unsigned != signed)
        #expect(unsigned.signature == [0])
        let again = try unsigned.signed(signed.signature)
        #expect(again == signed)
        #expect(again.subject == signed.subject && again.extensions == signed.extensions && again.signature == signed.signature)
        let other = try unsigned.signed(try await key.sign(signed.toBeSigned))
        #expect(other.isSigned(by: key.publicKey) && !other.isSigned(by: signed.publicKey))
    }
}
