import Foundation
import PKIFormats

/// The templates that `muster init` writes (docs/TEMPLATES.md).
package enum DefaultTemplates {
    private static let day = 86_400
    private static let year = 365 * day
    private static let serverAuth = "1.3.6.1.5.5.7.3.1"
    private static let clientAuth = "1.3.6.1.5.5.7.3.2"
    private static let codeSigning = "1.3.6.1.5.5.7.3.3"
    private static let emailProtection = "1.3.6.1.5.5.7.3.4"
    private static let ocspSigning = "1.3.6.1.5.5.7.3.9"
    /// Windows takes an RA certificate only with serverAuth or this EKU (MS-WCCE 3.1.2.4.2.2.2.15).
    private static let certificateRequestAgent = "1.3.6.1.4.1.311.20.2.1"
    /// keyEncipherment for RSA alone: SCEP encrypts to such a certificate, and so do the TLS suites without forward secrecy.
    private static let signsAndDecrypts = ["digitalSignature", "keyEncipherment"]

    package static let all = forTheCA + forOperators + forEnrollment

    static let issuingAuthority = "issuing-ca"
    /// For CA mode.
    package static let scepIssuingAuthority = "scep-issuing-ca"

    /// The template under which a CA's next certificate is issued.
    static func issuingAuthority(like certificate: Certificate) -> String {
        CAModeKey.suits(certificate) ? scepIssuingAuthority : issuingAuthority
    }

    /// What devices and people enroll under.
    package static let forEnrollment: [Template] = forNetworks + forServers + forThings + forWindows + forMail

    /// What operators alone issue, and others approve.
    package static let forOperators: [Template] = [
        Template(
            name: "code-signing", title: "Code signing", keyUsage: ["digitalSignature"], extendedKeyUsages: [codeSigning], lifetime: year
        ).with { $0.subject = [.init("O", from: .evidence)] },
        // Below a CA whose own path length allows one: never below the issuing CA that `muster init` makes.
        Template(
            name: "sub-ca", title: "Subordinate CA", keyUsage: ["keyCertSign", "cRLSign"], basicConstraints: .authority(pathLength: 0),
            allowedKeys: Template.AllowedKey.allCases, lifetime: 5 * year, carriesOCSP: false, keyReuse: .never
        ).with {
            $0.subject = [.init("O", from: .evidence)]
            $0.minimumLifetime = year
        },
    ]

    private static let forNetworks: [Template] = [
        Template(
            name: "device-8021x", title: "Device, 802.1X EAP-TLS", keyUsage: signsAndDecrypts, extendedKeyUsages: [clientAuth],
            nameTypes: [.dns, .ip, .uri, .permanentIdentifier], addsCommonNameToDNS: true, fillsCommonName: true, lifetime: year
        ).with { $0.securityIdentifier = .optional },
        Template(
            name: "user-8021x", title: "User, 802.1X EAP-TLS", keyUsage: signsAndDecrypts, extendedKeyUsages: [clientAuth],
            nameTypes: [.upn, .email], fillsCommonName: true, lifetime: year
        ).with { $0.securityIdentifier = .optional },
        Template(
            name: "vpn-client", title: "VPN client", keyUsage: signsAndDecrypts, extendedKeyUsages: [clientAuth],
            nameTypes: [.upn, .email, .dns], fillsCommonName: true, lifetime: year),
        // Supplicants of Windows and Android want this purpose, and the name that they were told to expect.
        Template(
            name: "radius-server", title: "RADIUS server", keyUsage: signsAndDecrypts, extendedKeyUsages: [serverAuth], nameTypes: [.dns],
            addsCommonNameToDNS: true, fillsCommonName: true, requiresAlternativeName: true, lifetime: 398 * day),
    ]

    private static let forServers: [Template] = [
        Template(
            name: "tls-server", title: "TLS server", keyUsage: signsAndDecrypts, extendedKeyUsages: [serverAuth], nameTypes: [.dns, .ip],
            addsCommonNameToDNS: true, fillsCommonName: true, requiresAlternativeName: true, lifetime: 90 * day),
        Template(
            name: "tls-server-short", title: "TLS server, a week, never revoked", keyUsage: ["digitalSignature"],
            extendedKeyUsages: [serverAuth], nameTypes: [.dns, .ip], addsCommonNameToDNS: true, fillsCommonName: true,
            requiresAlternativeName: true, lifetime: 7 * day, carriesCRLDistributionPoint: false, carriesOCSP: false
        ).with { $0.noRevocationAvailable = true },
        Template(
            name: "mtls-service", title: "Service, mutual TLS", keyUsage: ["digitalSignature"],
            extendedKeyUsages: [clientAuth, serverAuth],
            nameTypes: [.dns, .uri], addsCommonNameToDNS: true, requiresAlternativeName: true, lifetime: 30 * day),
    ]

    private static let forThings: [Template] = [
        // IEEE 802.1AR §8: made with the device and never replaced; whoever verifies it holds its CA for a trust anchor.
        Template(
            name: "iot-idevid", title: "Device identity for life (802.1AR IDevID)", keyUsage: ["digitalSignature"],
            nameTypes: [.hardwareModule, .permanentIdentifier], lifetime: 100 * year, renewalWindow: 0, keyReuse: .never
        ).with {
            $0.isEndless = true
            $0.atIssuerEnd = .exceed
            $0.subject = [.init("serialNumber", from: .evidence, required: true)]
        },
        Template(
            name: "iot-ldevid", title: "Device identity at this place (802.1AR LDevID)", keyUsage: ["digitalSignature"],
            extendedKeyUsages: [clientAuth], nameTypes: [.dns, .uri, .hardwareModule, .permanentIdentifier], lifetime: year
        ).with { $0.subject = [.init("serialNumber", from: .evidence)] },
    ]

    private static let forWindows: [Template] = [
        Template(
            name: "windows-computer", title: "Windows computer", keyUsage: signsAndDecrypts, extendedKeyUsages: [clientAuth, serverAuth],
            nameTypes: [.dns], addsCommonNameToDNS: true, fillsCommonName: true, lifetime: year, carriesTemplateName: true
        ).with {
            $0.names = [.init(.dns, from: .directory)]
            $0.carriesTemplateID = true
            $0.securityIdentifier = .optional
        },
        Template(
            name: "windows-user", title: "Windows user", keyUsage: signsAndDecrypts, extendedKeyUsages: [clientAuth, emailProtection],
            nameTypes: [.upn, .email], fillsCommonName: true, lifetime: year, carriesTemplateName: true
        ).with {
            $0.names = [.init(.upn, from: .directory), .init(.email, from: .directory)]
            $0.carriesTemplateID = true
            $0.securityIdentifier = .optional
        },
    ]

    private static let forMail: [Template] = [
        Template(
            name: "smime-sign", title: "E-mail, signing", keyUsage: ["digitalSignature"], extendedKeyUsages: [emailProtection],
            nameTypes: [.email], fillsCommonName: true, requiresAlternativeName: true, lifetime: year),
        Template(
            name: "smime-encrypt", title: "E-mail, encryption", keyUsage: ["keyEncipherment", "keyAgreement"],
            extendedKeyUsages: [emailProtection], nameTypes: [.email], fillsCommonName: true, requiresAlternativeName: true,
            lifetime: year),
    ]

    /// What only the `system` endpoint issues: the CA's own certificates.
    package static let forTheCA: [Template] = [
        Template(
            name: "root-ca", title: "Root CA", keyUsage: ["keyCertSign", "cRLSign"], basicConstraints: .authority(pathLength: nil),
            allowedKeys: Template.AllowedKey.allCases, lifetime: 20 * year, carriesCRLDistributionPoint: false, carriesOCSP: false),
        Template(
            name: issuingAuthority, title: "Issuing CA", keyUsage: ["keyCertSign", "cRLSign"], basicConstraints: .authority(pathLength: 0),
            allowedKeys: Template.AllowedKey.allCases, lifetime: 10 * 365 * day, carriesOCSP: false),
        // A CA that opens and signs SCEP messages itself (RFC 8894 §2.1.2).
        Template(
            name: scepIssuingAuthority, title: "Issuing CA that speaks SCEP itself",
            keyUsage: ["digitalSignature", "keyEncipherment", "keyCertSign", "cRLSign"], basicConstraints: .authority(pathLength: 0),
            allowedKeys: [.rsa2048, .rsa3072, .rsa4096], lifetime: 10 * 365 * day, carriesOCSP: false),
        // Combined signing and decrypting RA (RFC 8894 §2.1.2), told from an ordinary server by its EKU.
        Template(
            name: "scep-ra", title: "SCEP registration authority", keyUsage: signsAndDecrypts,
            extendedKeyUsages: [certificateRequestAgent], basicConstraints: .endEntity, allowedKeys: [.rsa2048, .rsa3072, .rsa4096],
            lifetime: 365 * day),
        // The same in two halves, NDES's layout.
        Template(
            name: "scep-ra-signing", title: "SCEP registration authority, signing", keyUsage: ["digitalSignature"],
            extendedKeyUsages: [certificateRequestAgent], basicConstraints: .endEntity, allowedKeys: [.rsa2048, .rsa3072, .rsa4096],
            lifetime: 365 * day),
        Template(
            name: "scep-ra-encryption", title: "SCEP registration authority, encryption", keyUsage: ["keyEncipherment"],
            extendedKeyUsages: [certificateRequestAgent], basicConstraints: .endEntity, allowedKeys: [.rsa2048, .rsa3072, .rsa4096],
            lifetime: 365 * day),
        Template(
            name: "ocsp-responder", title: "OCSP responder", keyUsage: ["digitalSignature"], extendedKeyUsages: [ocspSigning],
            lifetime: 30 * day,
            carriesCRLDistributionPoint: false, carriesOCSP: false, carriesOCSPNoCheck: true),
    ]
}

extension Template {
    fileprivate func with(_ change: (inout Template) -> Void) -> Template {
        var template = self
        change(&template)
        return template
    }
}
