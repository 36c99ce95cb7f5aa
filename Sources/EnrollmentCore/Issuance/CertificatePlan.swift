import Foundation
import PKIFormats

/// Every field of the certificate to be, each from a known source; names only where the evidence covers them.
package final class CertificatePlan: Sendable {
    let authorized: AuthorizedRequest
    let issuer: AuthorityIdentity
    let certificate: TBSCertificate
    let toBeSigned: [UInt8]
    let names: [GeneralName]
    let keyIdentifier: [UInt8]
    /// Subject and names as the rows and the logs say them.
    let subjectText: String
    let namesText: String
    /// The part of the issuer's lists that the certificate names, for good; 0: the complete list.
    let listShard: Int

    fileprivate init(
        authorized: AuthorizedRequest, issuer: AuthorityIdentity, certificate: TBSCertificate, keyIdentifier: [UInt8], names: [GeneralName],
        listShard: Int
    ) {
        self.authorized = authorized
        self.issuer = issuer
        self.certificate = certificate
        self.names = names
        self.keyIdentifier = keyIdentifier
        subjectText = certificate.subject.description
        namesText = names.map(\.description).joined(separator: ", ")
        self.listShard = listShard
        toBeSigned = certificate.encoded()
    }

    /// Builds the plan from template, evidence and issuer. Nothing is taken from the request that the template does not name.
    static func shape(
        _ authorized: AuthorizedRequest, issuer: AuthorityIdentity, algorithm: SignatureAlgorithm, surroundings: Surroundings,
        trail: inout Trail
    ) throws(Refusal) -> CertificatePlan {
        let template = authorized.template
        try RequestedExtensions.judge(authorized.request.proposal.certificationRequest, template: template, trail: &trail)
        let chosen = try ChosenNames(authorized, trail: &trail)
        let publicKey = authorized.request.proposal.publicKey
        let keyIdentifier = publicKey.keyIdentifier
        let serialNumber = serialNumber(surroundings)
        let listShard = template.carriesCRLDistributionPoint ? issuer.listLayout.shard(of: serialNumber) : 0
        let lists = template.carriesCRLDistributionPoint ? issuer.statusExtensions.lists(shard: listShard) : []
        let certificate = TBSCertificate(
            serialNumber: serialNumber, signatureAlgorithm: algorithm, issuer: issuer.subject,
            validity: try validity(template, issuer: issuer, now: surroundings.now, trail: &trail), subject: chosen.subject,
            publicKey: publicKey,
            extensions: try extensions(
                authorized, issuer: issuer, keyKind: publicKey.kind, keyIdentifier: keyIdentifier, names: chosen, lists: lists,
                trail: &trail))
        let plan = CertificatePlan(
            authorized: authorized, issuer: issuer, certificate: certificate, keyIdentifier: keyIdentifier, names: chosen.alternativeNames,
            listShard: listShard)
        trail.note(
            .shape,
            "serial \(certificate.serialNumber.hex) (time and random), subject '\(plan.subjectText)' and names [\(plan.namesText)] (proposal, covered by \(authorized.authenticated.principal)), the rest from template \(template.name)"
        )
        return plan
    }

    /// Sixteen octets: positive (first bit clear), never shortened by DER (second bit set), then the time in milliseconds, so that the
    /// database's indexes grow at one end, and 80 random bits (RFC 5280 §4.1.2.2; the CA/Browser Forum wants 64).
    static func serialNumber(_ surroundings: Surroundings) -> [UInt8] {
        let random = surroundings.randomness.bytes(16)
        var octets = RequestID.time(surroundings.clock.now) + random.suffix(10)
        octets[0] = octets[0] & 0x3f | 0x40
        return octets
    }

    private static func validity(_ template: Template, issuer: AuthorityIdentity, now: Date, trail: inout Trail) throws(Refusal) -> Validity
    {
        var notBefore = now.addingTimeInterval(-Double(template.backdating))
        var notAfter = template.isEndless ? Validity.endless : now.addingTimeInterval(Double(template.lifetime))
        if let bounds = issuer.certificate?.validity {
            guard bounds.notAfter.timeIntervalSince(now) >= Double(template.minimumLifetime), bounds.notBefore <= now else {
                throw Refusal(
                    .internalFault, at: .shape, publicText: "the CA certificate is about to expire",
                    detail: "the certificate of authority '\(issuer.authority)' ends \(bounds.notAfter)", advice: "renew the CA certificate"
                )
            }
            notBefore = max(notBefore, bounds.notBefore)
            if notAfter > bounds.notAfter {
                switch template.atIssuerEnd {
                case .shorten:
                    notAfter = bounds.notAfter
                    trail.note(.shape, "validity shortened to the issuer's end")
                case .exceed: trail.note(.shape, "valid beyond the issuer's end, as template \(template.name) says")
                case .refuse:
                    throw Refusal(
                        .internalFault, at: .shape, publicText: "the CA certificate ends before this certificate would",
                        detail:
                            "authority '\(issuer.authority)' ends \(bounds.notAfter); template \(template.name) says atIssuerEnd: refuse",
                        advice: "renew the CA certificate, or shorten the template's lifetime")
                }
            }
        }
        return Validity(notBefore: notBefore, notAfter: notAfter)
    }

    private static func extensions(
        _ authorized: AuthorizedRequest, issuer: AuthorityIdentity, keyKind: KeyKind, keyIdentifier: [UInt8], names: ChosenNames,
        lists: [CertificateExtension], trail: inout Trail
    ) throws(Refusal) -> [CertificateExtension] {
        let template = authorized.template
        var list: [CertificateExtension] = []
        switch template.basicConstraints {
        case .absent: break
        case .endEntity: list.append(Extensions.basicConstraints(isCA: false, pathLength: nil))
        case .authority(let pathLength): list.append(Extensions.basicConstraints(isCA: true, pathLength: pathLength))
        }
        list.append(Extensions.keyUsage(try template.usage(of: keyKind)))
        let purposes = try template.purposes()
        if !purposes.isEmpty { list.append(Extensions.extendedKeyUsage(purposes)) }
        if !names.alternativeNames.isEmpty {
            list.append(Extensions.subjectAlternativeName(names.alternativeNames, critical: names.subject.isEmpty))
        }
        list.append(Extensions.subjectKeyIdentifier(keyIdentifier))
        if issuer.certificate != nil { list.append(Extensions.authorityKeyIdentifier(issuer.keyIdentifier)) }
        list += lists
        if issuer.certificate != nil { list.append(issuer.statusExtensions.authorityInformationAccess(withOCSP: template.carriesOCSP)) }
        if template.carriesTemplateName { list.append(Extensions.microsoftTemplateName(template.name)) }
        if template.carriesOCSPNoCheck { list.append(Extensions.ocspNoCheck()) }
        return list + (try TemplateExtensions(authorized, issuer: issuer).list(trail: &trail))
    }
}

extension Template {
    /// The key usage bits for a key of this kind: only RSA can encipher (RFC 8813 §3).
    fileprivate func usage(of key: KeyKind) throws(Refusal) -> KeyUsage {
        var usage = KeyUsage(rawValue: 0)
        for name in keyUsage {
            guard let bit = KeyUsage(name: name) else {
                throw Refusal(
                    .internalFault, at: .shape, detail: "template \(self.name) has an unknown key usage '\(name)'",
                    advice: "correct the template")
            }
            usage.insert(bit)
        }
        // RFC 3279 §2.3.1 gives RSA keys no agreement.
        if case .rsa = key { return usage.subtracting(.agreement) }
        // RFC 8410 §5 and RFC 9881 §5: such a key agrees on nothing either.
        return usage.subtracting(.encipherment).subtracting(key.onlySigns ? .agreement : KeyUsage(rawValue: 0))
    }

    fileprivate func purposes() throws(Refusal) -> [OID] {
        var purposes: [OID] = []
        for text in extendedKeyUsages {
            guard let purpose = OID(dotted: text) else {
                throw Refusal(
                    .internalFault, at: .shape, detail: "template \(name) has a malformed EKU '\(text)'", advice: "correct the template")
            }
            purposes.append(purpose)
        }
        return purposes
    }
}
