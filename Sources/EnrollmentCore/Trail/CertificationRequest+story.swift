import PKIFormats

extension CertificationRequest {
    /// What it asks for, in one line for the trail: subject, names, key, extensions and attributes by their names or numbers, no values.
    var story: String {
        var parts = ["'\(subject)'"]
        if !subjectAlternativeNames.isEmpty {
            parts.append("names [\(subjectAlternativeNames.map(\.description).joined(separator: ", "))]")
        }
        parts.append("\(publicKey.kind) key")
        if !requestedExtensions.isEmpty { parts.append("extensions [\(requestedExtensions.map { "\($0.oid)" }.joined(separator: ", "))]") }
        if !attributes.isEmpty { parts.append("attributes [\(attributes.map { "\($0.oid)" }.joined(separator: ", "))]") }
        return parts.joined(separator: ", ")
    }
}
