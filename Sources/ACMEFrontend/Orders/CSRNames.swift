import ACMEWire
import PKIFormats

/// Whether a certification request asks for exactly the order's identifiers (RFC 8555 §7.4).
enum CSRNames {
    static func check(_ request: CertificationRequest, against identifiers: [Identifier]) throws(ACMEProblem) {
        var asked: Set<GeneralName> = []
        for name in request.subjectAlternativeNames {
            switch name {
            case .dns(let text): asked.insert(.dns(text.lowercased()))
            case .ip: asked.insert(name)
            case .email, .uri, .upn, .directory, .registeredID, .other, .unknown:
                throw ACMEProblem(.badCSR, "the request asks for \(name), which no ACME order can hold", at: .shape)
            }
        }
        let ordered = Set(identifiers.map(\.generalName))
        if let commonName = request.subject.commonName {
            guard let name = ordered.first(where: { text(of: $0) == commonName.lowercased() }) else {
                throw ACMEProblem(.badCSR, "the common name is not one of the order's identifiers (\(list(ordered)))", at: .shape)
            }
            asked.insert(name)
        }
        let missing = ordered.subtracting(asked)
        guard missing.isEmpty else {
            throw ACMEProblem(.badCSR, "the request lacks identifiers of the order: \(list(missing))", at: .shape)
        }
        let extra = asked.subtracting(ordered)
        guard extra.isEmpty else { throw ACMEProblem(.badCSR, "the request asks for names outside the order: \(list(extra))", at: .shape) }
    }

    private static func text(of name: GeneralName) -> String? {
        switch name {
        case .dns(let text): text
        case .ip(let bytes): IPLiteral.text(of: bytes)
        case .email, .uri, .upn, .directory, .registeredID, .other, .unknown: nil
        }
    }

    private static func list(_ names: Set<GeneralName>) -> String {
        names.map { text(of: $0) ?? "" }.sorted().prefix(5).joined(separator: ", ")
    }
}
