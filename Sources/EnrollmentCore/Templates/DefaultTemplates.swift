import Foundation
import PKIFormats

/// The templates that `muster init` writes (docs/TEMPLATES.md).
package enum DefaultTemplates {
    private static let day = 86_400
    private static let serverAuth = "1.3.6.1.5.5.7.3.1"
    private static let clientAuth = "1.3.6.1.5.5.7.3.2"
    private static let emailProtection = "1.3.6.1.5.5.7.3.4"
    private static let ocspSigning = "1.3.6.1.5.5.7.3.9"
    /// Windows takes an RA certificate only with serverAuth or this EKU (MS-WCCE 3.1.2.4.2.2.2.15).
    private static let certificateRequestAgent = "1.3.6.1.4.1.311.20.2.1"

    static let issuingAuthority = "issuing-ca"
    /// For CA mode.
    package static let scepIssuingAuthority = "scep-issuing-ca"

    /// The template under which a CA's next certificate is issued.
    static func issuingAuthority(like certificate: Certificate) -> String {
        CAModeKey.suits(certificate) ? scepIssuingAuthority : issuingAuthority
    }

    /// What devices and people enroll under.
    package static let forEnrollment: [Template] = [
        Template(
            name: "device-8021x", title: "Device, 802.1X EAP-TLS", keyUsage: ["digitalSignature", "keyEncipherment"],
            extendedKeyUsages: [clientAuth],
            nameTypes: [.dns, .ip, .uri], addsCommonNameToDNS: true, fillsCommonName: true, lifetime: 365 * day),
        Template(
            name: "user-8021x", title: "User, 802.1X EAP-TLS", keyUsage: ["digitalSignature", "keyEncipherment"],
            extendedKeyUsages: [clientAuth],
            nameTypes: [.upn, .email], fillsCommonName: true, lifetime: 365 * day),
        Template(
            name: "tls-server", title: "TLS server", keyUsage: ["digitalSignature", "keyEncipherment"], extendedKeyUsages: [serverAuth],
            nameTypes: [.dns, .ip], addsCommonNameToDNS: true, fillsCommonName: true, requiresAlternativeName: true, lifetime: 90 * day),
        Template(
            name: "windows-computer", title: "Windows computer", keyUsage: ["digitalSignature", "keyEncipherment"],
            extendedKeyUsages: [clientAuth, serverAuth], nameTypes: [.dns], addsCommonNameToDNS: true, fillsCommonName: true,
            lifetime: 365 * day),
        Template(
            name: "windows-user", title: "Windows user", keyUsage: ["digitalSignature", "keyEncipherment"],
            extendedKeyUsages: [clientAuth, emailProtection], nameTypes: [.upn, .email], fillsCommonName: true, lifetime: 365 * day,
            carriesTemplateName: true),
    ]

    /// What only the `system` endpoint issues: the CA's own certificates.
    package static let forTheCA: [Template] = [
        Template(
            name: "root-ca", title: "Root CA", keyUsage: ["keyCertSign", "cRLSign"], basicConstraints: .authority(pathLength: nil),
            allowedKeys: Template.AllowedKey.allCases, lifetime: 20 * 365 * day, carriesCRLDistributionPoint: false, carriesOCSP: false),
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
            name: "scep-ra", title: "SCEP registration authority", keyUsage: ["digitalSignature", "keyEncipherment"],
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
