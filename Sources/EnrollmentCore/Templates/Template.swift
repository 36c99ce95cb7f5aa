import Foundation
import PKIFormats

/// What a certificate of one kind looks like. Whatever is not named here never enters a certificate.
package struct Template: Sendable, Hashable {
    /// The extension of that name, or its absence (RFC 5280 §4.2.1.9).
    package enum BasicConstraints: Sendable, Hashable {
        case absent, endEntity
        case authority(pathLength: Int?)
    }

    /// A type of subject alternative name.
    package enum NameType: String, Sendable, CaseIterable, Codable {
        case dns, ip, email, upn, uri, permanentIdentifier, hardwareModule
    }

    /// A key that a client may bring.
    package enum AllowedKey: String, Sendable, CaseIterable, Codable {
        case p256, p384, p521, rsa2048, rsa3072, rsa4096, ed25519, mldsa65, mldsa87

        package func admits(_ kind: KeyKind) -> Bool {
            switch (self, kind) {
            case (.p256, .p256), (.p384, .p384), (.p521, .p521), (.ed25519, .ed25519), (.mldsa65, .mldsa65), (.mldsa87, .mldsa87): true
            case (.rsa2048, .rsa(bits: 2048, _)), (.rsa3072, .rsa(bits: 3072, _)), (.rsa4096, .rsa(bits: 4096, _)): true
            case (_, _): false
            }
        }
    }

    package var name: String
    package var version: Int
    /// What an administrator or a Windows user reads.
    package var title: String
    /// Dotted; keyEncipherment is left out for keys that cannot encipher (RFC 8813 §3).
    package var keyUsage: [String]
    /// Dotted OIDs, in order.
    package var extendedKeyUsages: [String]
    package var basicConstraints: BasicConstraints
    /// Types that the request may ask for as the credential covers them; `names` says more exactly where others come from.
    package var nameTypes: [NameType]
    package var names: [NameRule] = []
    /// Subject attributes beside the common name, in the order of the certificate.
    package var subject: [SubjectRule] = []
    package var securityIdentifier = Presence.absent
    package var securityIdentifierForm = IdentifierForm.extension
    package var certificatePolicies: [CertificatePolicy] = []
    /// RFC 7633: a TLS server that must staple its status.
    package var mustStaple = false
    /// RFC 9608: short-lived, and never revoked; goes with neither a CRL nor OCSP.
    package var noRevocationAvailable = false
    /// The template by object identifier and version, as policy answers name it (MS-WCCE 2.2.2.7.7.2).
    package var carriesTemplateID = false
    /// For extensions marked critical in a request that this server does not know.
    package var unknownCritical = UnknownWish.drop
    /// For alternative names of types that this template does not carry.
    package var unknownNames = UnknownWish.drop
    package var atIssuerEnd = IssuerEnd.shorten
    /// A common name that is a DNS name becomes a dNSName when no alternative name is asked.
    package var addsCommonNameToDNS: Bool
    /// The first alternative name becomes the common name when none is asked.
    package var fillsCommonName: Bool
    package var requiresAlternativeName: Bool
    package var allowedKeys: [AllowedKey]
    /// Seconds from the instant of issuance; see `atIssuerEnd`.
    package var lifetime: Int
    /// No well-defined end: notAfter is 99991231235959Z (RFC 5280 §4.1.2.5), for identities that devices are made with (IEEE 802.1AR).
    package var isEndless = false
    /// Octets of a certificate above which it is refused; nil: the trail warns above 4,096.
    package var maximumSize: Int?
    /// Seconds by which notBefore is set back, for clients whose clock is late; never before the issuer's.
    package var backdating: Int
    /// Seconds of the issuer's life below which nothing is issued any more.
    package var minimumLifetime: Int
    /// Whether clients are told where to ask for the status (CRL distribution point, OCSP).
    package var carriesCRLDistributionPoint: Bool
    package var carriesOCSP: Bool
    /// id-pkix-ocsp-nocheck (RFC 6960 §4.2.2.2.1).
    package var carriesOCSPNoCheck: Bool
    /// The template's own name, for Windows clients that look for it (MS-WCCE 2.2.2.7.7.1).
    package var carriesTemplateName: Bool
    /// Seconds before expiry from which a client should renew.
    package var renewalWindow: Int
    /// Nil is `sameHolder`.
    package var keyReuse: KeyReuse?
    /// Seconds after a renewal from which the predecessor is revoked as superseded; nil: never.
    package var supersedesAfter: Int?

    package init(
        name: String, version: Int = 1, title: String, keyUsage: [String], extendedKeyUsages: [String] = [],
        basicConstraints: BasicConstraints = .absent, nameTypes: [NameType] = [], addsCommonNameToDNS: Bool = false,
        fillsCommonName: Bool = false,
        requiresAlternativeName: Bool = false, allowedKeys: [AllowedKey] = [.p256, .p384, .rsa2048, .rsa3072, .rsa4096], lifetime: Int,
        backdating: Int = 300, minimumLifetime: Int = 3600, carriesCRLDistributionPoint: Bool = true, carriesOCSP: Bool = true,
        carriesOCSPNoCheck: Bool = false, carriesTemplateName: Bool = false, renewalWindow: Int? = nil, keyReuse: KeyReuse? = nil
    ) {
        self.name = name
        self.version = version
        self.title = title
        self.keyUsage = keyUsage
        self.extendedKeyUsages = extendedKeyUsages
        self.basicConstraints = basicConstraints
        self.nameTypes = nameTypes
        self.addsCommonNameToDNS = addsCommonNameToDNS
        self.fillsCommonName = fillsCommonName
        self.requiresAlternativeName = requiresAlternativeName
        self.allowedKeys = allowedKeys
        self.lifetime = lifetime
        self.backdating = backdating
        self.minimumLifetime = minimumLifetime
        self.carriesCRLDistributionPoint = carriesCRLDistributionPoint
        self.carriesOCSP = carriesOCSP
        self.carriesOCSPNoCheck = carriesOCSPNoCheck
        self.carriesTemplateName = carriesTemplateName
        self.renewalWindow = renewalWindow ?? lifetime / 3
        self.keyReuse = keyReuse
    }

    /// Whether the request may ask for names of this type.
    func carries(_ name: GeneralName, of type: NameType) -> Bool {
        nameTypes.contains(type) || names.contains { $0.type == type && $0.from == .proposal && $0.admits(name) }
    }

    /// Whether a value comes from a directory.
    var asksDirectory: Bool {
        securityIdentifier != .absent || names.contains { $0.from == .directory } || subject.contains { $0.from == .directory }
    }

    /// Whether certificates of this template may sign others.
    package var isAuthority: Bool {
        if case .authority = basicConstraints { true } else { false }
    }
}
