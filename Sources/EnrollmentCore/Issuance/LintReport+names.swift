import Foundation
import PKIFormats

/// Subject and alternative names.
extension LintReport {
    mutating func names() {
        let names = certificate.subjectAlternativeNames
        let alternative = ext(OIDs.subjectAlternativeName)
        require(
            !certificate.subject.isEmpty || alternative?.critical == true, "empty subject without a critical alternative name (§4.1.2.6)")
        require(certificate.subject.isEmpty || alternative?.critical != true, "critical alternative names beside a subject (§4.2.1.6)")
        require(!isCA || !certificate.subject.isEmpty, "a CA without a subject (§4.1.2.6)")
        require(alternative == nil || !names.isEmpty, "empty alternative names (§4.2.1.6)")
        require(Set(names).count == names.count, "an alternative name stands there twice")
        for name in names {
            switch name {
            case .dns(let text): require(DNSNameSyntax.isCertificateName(text), "malformed \(name) (§4.2.1.6)")
            case .email(let text):
                require(
                    text.count { $0 == "@" } == 1 && text.utf8.allSatisfy { (0x21...0x7e).contains($0) }, "malformed \(name) (§4.2.1.6)")
            case .uri(let text):
                require(URL(string: text)?.scheme?.isEmpty == false, "\(name) is not absolute (§4.2.1.6)")
                require(!text.contains("://") || URL(string: text)?.host()?.isEmpty == false, "\(name) has no host (§4.2.1.6)")
            case .ip(let octets): require(octets.count == 4 || octets.count == 16, "malformed \(name) (§4.2.1.6)")
            case .upn(let text): require(!text.isEmpty, "an empty UPN")
            case .directory(let directory): require(!directory.isEmpty, "an empty directoryName (§4.2.1.6)")
            case .other: require(name.type != nil, "an otherName that nobody reads: \(name)")
            case .registeredID, .unknown: require(false, "a name of a form that is never issued: \(name)")
            }
        }
    }

    mutating func subject() {
        for part in certificate.subject.parts {
            let (oid, text) = (part.oid, part.text)
            // A CA's subject is the issuer of others to the byte: one that was taken over keeps the string types that it has.
            require(isCA || part.isFitToRepeat, "a subject attribute \(oid) in a string type that CAs do not write (§4.1.2.4)")
            let bound = oid == OIDs.commonName ? 64 : Template.SubjectRule.attributes.values.first { $0.oid == oid }?.bound ?? 255
            require(
                !text.isEmpty && text.unicodeScalars.count <= bound, "a subject attribute \(oid) of \(text.count) characters (appendix A.1)"
            )
            require(
                oid != OIDs.country || (text.count == 2 && text.isPrintableString),
                "countryName is not two printable characters (appendix A.1)")
            require(text.unicodeScalars.allSatisfy(\.isPrintable), "a subject attribute \(oid) that does not print")
        }
    }
}
