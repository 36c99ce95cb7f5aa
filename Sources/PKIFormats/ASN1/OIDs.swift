/// The object identifiers this program knows, by the name their standard gives them.
package enum OIDs {
    // Attribute types of names (RFC 4519, PKCS #9).
    package static let commonName: OID = [2, 5, 4, 3]
    package static let surname: OID = [2, 5, 4, 4]
    package static let serialNumber: OID = [2, 5, 4, 5]
    package static let country: OID = [2, 5, 4, 6]
    package static let locality: OID = [2, 5, 4, 7]
    package static let stateOrProvince: OID = [2, 5, 4, 8]
    package static let streetAddress: OID = [2, 5, 4, 9]
    package static let organization: OID = [2, 5, 4, 10]
    package static let organizationalUnit: OID = [2, 5, 4, 11]
    package static let title: OID = [2, 5, 4, 12]
    package static let givenName: OID = [2, 5, 4, 42]
    package static let dnQualifier: OID = [2, 5, 4, 46]
    package static let userID: OID = [0, 9, 2342, 19200300, 100, 1, 1]
    package static let domainComponent: OID = [0, 9, 2342, 19200300, 100, 1, 25]
    package static let emailAddress: OID = [1, 2, 840, 113549, 1, 9, 1]
    package static let unstructuredName: OID = [1, 2, 840, 113549, 1, 9, 2]

    // Extensions (RFC 5280 §4.2, RFC 6960, RFC 7633).
    package static let subjectKeyIdentifier: OID = [2, 5, 29, 14]
    package static let keyUsage: OID = [2, 5, 29, 15]
    package static let subjectAlternativeName: OID = [2, 5, 29, 17]
    package static let issuerAlternativeName: OID = [2, 5, 29, 18]
    package static let basicConstraints: OID = [2, 5, 29, 19]
    package static let crlNumber: OID = [2, 5, 29, 20]
    package static let reasonCode: OID = [2, 5, 29, 21]
    package static let invalidityDate: OID = [2, 5, 29, 24]
    package static let issuingDistributionPoint: OID = [2, 5, 29, 28]
    package static let nameConstraints: OID = [2, 5, 29, 30]
    package static let crlDistributionPoints: OID = [2, 5, 29, 31]
    package static let certificatePolicies: OID = [2, 5, 29, 32]
    package static let authorityKeyIdentifier: OID = [2, 5, 29, 35]
    package static let extendedKeyUsage: OID = [2, 5, 29, 37]
    package static let authorityInformationAccess: OID = [1, 3, 6, 1, 5, 5, 7, 1, 1]
    package static let tlsFeature: OID = [1, 3, 6, 1, 5, 5, 7, 1, 24]
    package static let acmeIdentifier: OID = [1, 3, 6, 1, 5, 5, 7, 1, 31]
    package static let ocspNoCheck: OID = [1, 3, 6, 1, 5, 5, 7, 48, 1, 5]
    package static let accessOCSP: OID = [1, 3, 6, 1, 5, 5, 7, 48, 1]
    package static let accessCAIssuers: OID = [1, 3, 6, 1, 5, 5, 7, 48, 2]

    // Microsoft.
    package static let microsoftTemplateName: OID = [1, 3, 6, 1, 4, 1, 311, 20, 2]
    package static let microsoftUPN: OID = [1, 3, 6, 1, 4, 1, 311, 20, 2, 3]
    package static let microsoftEnrollmentAgent: OID = [1, 3, 6, 1, 4, 1, 311, 20, 2, 1]
    package static let microsoftSmartCardLogon: OID = [1, 3, 6, 1, 4, 1, 311, 20, 2, 2]
    package static let microsoftCertificateTemplate: OID = [1, 3, 6, 1, 4, 1, 311, 21, 7]
    package static let microsoftApplicationPolicies: OID = [1, 3, 6, 1, 4, 1, 311, 21, 10]
    package static let microsoftSecurityIdentifier: OID = [1, 3, 6, 1, 4, 1, 311, 25, 2]
    package static let microsoftRenewalCertificate: OID = [1, 3, 6, 1, 4, 1, 311, 13, 1]
    package static let microsoftSCEPError: OID = [1, 3, 6, 1, 4, 1, 311, 21, 33]

    // Purposes of extendedKeyUsage (RFC 5280 §4.2.1.12, RFC 6402).
    package static let anyExtendedKeyUsage: OID = [2, 5, 29, 37, 0]
    package static let serverAuth: OID = [1, 3, 6, 1, 5, 5, 7, 3, 1]
    package static let clientAuth: OID = [1, 3, 6, 1, 5, 5, 7, 3, 2]
    package static let codeSigning: OID = [1, 3, 6, 1, 5, 5, 7, 3, 3]
    package static let emailProtection: OID = [1, 3, 6, 1, 5, 5, 7, 3, 4]
    package static let timeStamping: OID = [1, 3, 6, 1, 5, 5, 7, 3, 8]
    package static let ocspSigning: OID = [1, 3, 6, 1, 5, 5, 7, 3, 9]
    package static let cmcRA: OID = [1, 3, 6, 1, 5, 5, 7, 3, 28]

    // Attributes of requests (PKCS #9, RFC 2985) and their older twins.
    package static let extensionRequest: OID = [1, 2, 840, 113549, 1, 9, 14]
    package static let microsoftExtensionRequest: OID = [1, 3, 6, 1, 4, 1, 311, 2, 1, 14]
    package static let verisignExtensionRequest: OID = [2, 16, 840, 1, 113733, 1, 9, 8]
    package static let challengePassword: OID = [1, 2, 840, 113549, 1, 9, 7]

    // Public keys.
    package static let rsaEncryption: OID = [1, 2, 840, 113549, 1, 1, 1]
    package static let rsaesOAEP: OID = [1, 2, 840, 113549, 1, 1, 7]
    package static let mgf1: OID = [1, 2, 840, 113549, 1, 1, 8]
    package static let pSpecified: OID = [1, 2, 840, 113549, 1, 1, 9]
    package static let rsassaPSS: OID = [1, 2, 840, 113549, 1, 1, 10]
    package static let ecPublicKey: OID = [1, 2, 840, 10045, 2, 1]
    package static let p256: OID = [1, 2, 840, 10045, 3, 1, 7]
    package static let p384: OID = [1, 3, 132, 0, 34]
    package static let p521: OID = [1, 3, 132, 0, 35]
    package static let ed25519: OID = [1, 3, 101, 112]

    // Signatures.
    package static let sha1WithRSA: OID = [1, 2, 840, 113549, 1, 1, 5]
    package static let sha256WithRSA: OID = [1, 2, 840, 113549, 1, 1, 11]
    package static let sha384WithRSA: OID = [1, 2, 840, 113549, 1, 1, 12]
    package static let sha512WithRSA: OID = [1, 2, 840, 113549, 1, 1, 13]
    package static let ecdsaWithSHA1: OID = [1, 2, 840, 10045, 4, 1]
    package static let ecdsaWithSHA256: OID = [1, 2, 840, 10045, 4, 3, 2]
    package static let ecdsaWithSHA384: OID = [1, 2, 840, 10045, 4, 3, 3]
    package static let ecdsaWithSHA512: OID = [1, 2, 840, 10045, 4, 3, 4]

    // Digests and content ciphers.
    package static let sha1: OID = [1, 3, 14, 3, 2, 26]
    package static let sha256: OID = [2, 16, 840, 1, 101, 3, 4, 2, 1]
    package static let sha384: OID = [2, 16, 840, 1, 101, 3, 4, 2, 2]
    package static let sha512: OID = [2, 16, 840, 1, 101, 3, 4, 2, 3]
    package static let aes128CBC: OID = [2, 16, 840, 1, 101, 3, 4, 1, 2]
    package static let aes192CBC: OID = [2, 16, 840, 1, 101, 3, 4, 1, 22]
    package static let aes256CBC: OID = [2, 16, 840, 1, 101, 3, 4, 1, 42]
    package static let desEDE3CBC: OID = [1, 2, 840, 113549, 3, 7]
    package static let desCBC: OID = [1, 3, 14, 3, 2, 7]

    // Cryptographic messages (RFC 5652).
    package static let data: OID = [1, 2, 840, 113549, 1, 7, 1]
    package static let signedData: OID = [1, 2, 840, 113549, 1, 7, 2]
    package static let envelopedData: OID = [1, 2, 840, 113549, 1, 7, 3]
    package static let contentType: OID = [1, 2, 840, 113549, 1, 9, 3]
    package static let messageDigest: OID = [1, 2, 840, 113549, 1, 9, 4]
    package static let signingTime: OID = [1, 2, 840, 113549, 1, 9, 5]

    // OCSP (RFC 6960).
    package static let ocspBasic: OID = [1, 3, 6, 1, 5, 5, 7, 48, 1, 1]
    package static let ocspNonce: OID = [1, 3, 6, 1, 5, 5, 7, 48, 1, 2]
}
