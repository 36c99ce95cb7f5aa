import PKIFormats

/// Judges the extensions that a certification request wishes for. Names are chosen elsewhere; nothing here is ever copied.
enum RequestedExtensions {
    /// - Throws: `.unacceptableRequest` for a wish to be a CA: who asks for that is no enrolling device.
    static func judge(_ request: CertificationRequest, template: Template, trail: inout Trail) throws(Refusal) {
        for wish in request.requestedExtensions {
            switch wish.oid {
            case OIDs.basicConstraints:
                guard let constraints = try? KnownExtensions.basicConstraints(wish.value), !constraints.isCA || template.isAuthority else {
                    throw refusal("CA:TRUE, or basicConstraints that cannot be read")
                }
            case OIDs.keyUsage:
                guard let usage = try? KeyUsage(der: wish.value) else { throw refusal("a keyUsage that cannot be read") }
                guard template.isAuthority || usage.isDisjoint(with: [.keyCertSign, .cRLSign]) else {
                    throw refusal("keyCertSign or cRLSign")
                }
                trail.note(.shape, "requested keyUsage (\(usage.names.joined(separator: ", "))) dropped: the template decides")
            case OIDs.extendedKeyUsage:
                trail.note(.shape, "requested extended key usage dropped: the template decides")
            case OIDs.subjectAlternativeName, OIDs.microsoftTemplateName:
                break
            case OIDs.microsoftSecurityIdentifier:
                trail.note(.shape, "requested SID dropped: it comes from a directory or not at all")
            default:
                if wish.critical, template.unknownCritical == .refuse {
                    throw Refusal(
                        .unacceptableRequest, at: .shape, publicText: "a critical extension of the request is not known here",
                        detail: "extension \(wish.oid); template \(template.name) says unknownCritical: refuse")
                }
                trail.note(
                    .shape,
                    wish.critical
                        ? "requested critical extension \(wish.oid) dropped: template \(template.name) says unknownCritical: drop"
                        : "requested extension \(wish.oid) dropped: the template does not name it")
            }
        }
    }

    private static func refusal(_ what: String) -> Refusal {
        Refusal(
            .unacceptableRequest, at: .shape, publicText: "a CA certificate is never issued here", detail: "the request asks for \(what)")
    }
}
