import EnrollmentCore
import Foundation
import PKIFormats

/// A certificate field by field, for people.
enum DescribedCertificate {
    struct Field: Codable, Sendable {
        let name: String
        let text: String
    }

    private static let extensionNames: [OID: String] = [
        OIDs.basicConstraints: "basicConstraints", OIDs.keyUsage: "keyUsage", OIDs.extendedKeyUsage: "extendedKeyUsage",
        OIDs.subjectAlternativeName: "subjectAltName", OIDs.subjectKeyIdentifier: "subjectKeyIdentifier",
        OIDs.authorityKeyIdentifier: "authorityKeyIdentifier", OIDs.crlDistributionPoints: "cRLDistributionPoints",
        OIDs.authorityInformationAccess: "authorityInfoAccess", OIDs.certificatePolicies: "certificatePolicies",
        OIDs.microsoftTemplateName: "microsoftTemplateName", OIDs.microsoftCertificateTemplate: "microsoftCertificateTemplate",
        OIDs.microsoftSecurityIdentifier: "microsoftSecurityIdentifier", OIDs.ocspNoCheck: "ocspNoCheck", OIDs.tlsFeature: "tlsFeature",
    ]

    static func fields(of certificate: Certificate) -> [Field] {
        let validity = certificate.validity
        return [
            Field(name: "serial", text: SerialNumber.text(certificate.serialNumber)),
            Field(name: "signatureAlgorithm", text: "\(certificate.signatureAlgorithm)"),
            Field(name: "issuer", text: certificate.issuer.description),
            Field(name: "notBefore", text: validity.notBefore.second),
            Field(name: "notAfter", text: validity.notAfter.second),
            Field(name: "subject", text: certificate.subject.description),
            Field(name: "publicKey", text: certificate.publicKey.kind.description),
        ]
            + certificate.extensions.map { item in
                Field(
                    name: (extensionNames[item.oid] ?? "\(item.oid)") + (item.critical ? " (critical)" : ""),
                    text: value(item, of: certificate))
            }
    }

    private static func value(_ item: CertificateExtension, of certificate: Certificate) -> String {
        switch item.oid {
        case OIDs.keyUsage: certificate.keyUsage?.names.joined(separator: ", ") ?? ""
        case OIDs.extendedKeyUsage: certificate.extendedKeyUsages.map { "\($0)" }.joined(separator: ", ")
        case OIDs.subjectAlternativeName: certificate.subjectAlternativeNames.map(\.description).joined(separator: ", ")
        case OIDs.subjectKeyIdentifier: certificate.subjectKeyIdentifier?.hex ?? ""
        case OIDs.authorityKeyIdentifier: certificate.authorityKeyIdentifier?.hex ?? ""
        case OIDs.basicConstraints:
            certificate.basicConstraints.map { "cA \($0.isCA)" + ($0.pathLength.map { ", pathLen \($0)" } ?? "") } ?? ""
        default: item.value.hex
        }
    }
}
