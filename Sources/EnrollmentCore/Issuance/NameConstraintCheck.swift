import PKIFormats

/// The name constraints of every CA above a certificate to be, the root's too, as the stricter relying parties read them (RFC 5280
/// §6.1.4 g).
struct NameConstraintCheck {
    let issuer: AuthorityIdentity

    /// - Throws: `.unacceptableName` for a name that one of the CAs may not certify; `.internalFault` where its constraints cannot be read.
    func judge(_ subject: DistinguishedName, _ names: [GeneralName]) throws(Refusal) {
        for authority in [issuer.certificate, issuer.root].compactMap(\.self) + issuer.intermediates {
            guard let item = authority.ext(OIDs.nameConstraints) else { continue }
            let constraints: NameConstraints
            do {
                constraints = try NameConstraints(der: item.value)
            } catch {
                throw Refusal(
                    .internalFault, at: .check, detail: "the name constraints of '\(authority.subject)' cannot be read: \(error)",
                    advice: "have the certificate of the CA issued anew")
            }
            let violations = constraints.violations(subject: subject, alternativeNames: names)
            guard violations.isEmpty else {
                throw Refusal(
                    .unacceptableName, at: .check, publicText: "this CA may not certify a requested name",
                    detail: "name constraints of '\(authority.subject)': \(violations.joined(separator: "; "))",
                    advice: "ask for names that the CA's name constraints allow, or at an endpoint of another CA")
            }
        }
    }
}
