import PKIFormats

extension Template {
    /// Where the value of a field comes from. The word of a file stands for itself: whatever is not named never enters.
    package enum Source: String, Sendable, CaseIterable, Codable {
        /// Written in the template.
        case fixed
        /// The names that the credential covers literally, asked for or not.
        case evidence
        /// The request asks, the credential covers, and the patterns match.
        case proposal
        /// What an authoritative directory says.
        case directory
    }

    /// One type of alternative name, and where it may come from.
    package struct NameRule: Sendable, Hashable, Codable {
        package let type: NameType
        package let from: Source
        /// `fixed`: the names themselves.
        package let values: [String]
        /// `proposal`, `evidence`: one must match; empty: whatever the credential covers.
        package let matching: [NamePattern]
        package let required: Bool

        package init(_ type: NameType, from: Source, values: [String] = [], matching: [NamePattern] = [], required: Bool = false) {
            self.type = type
            self.from = from
            self.values = values
            self.matching = matching
            self.required = required
        }

        private enum CodingKeys: String, CodingKey, CaseIterable {
            case type, from, values, matching, required
        }

        package init(from decoder: any Decoder) throws {
            try decoder.refuseUnknownKeys(CodingKeys.self)
            let container = try decoder.container(keyedBy: CodingKeys.self)
            type = try container.decode(NameType.self, forKey: .type)
            from = try container.decodeIfPresent(Source.self, forKey: .from) ?? .proposal
            values = try container.decodeIfPresent([String].self, forKey: .values) ?? []
            matching = try container.decodeIfPresent([NamePattern].self, forKey: .matching) ?? []
            required = try container.decodeIfPresent(Bool.self, forKey: .required) ?? false
        }

        func admits(_ name: GeneralName) -> Bool { matching.isEmpty || matching.contains { $0.covers(name) } }
    }

    /// One attribute of the subject beside the common name, and where it may come from.
    package struct SubjectRule: Sendable, Hashable, Codable {
        /// `O`, `OU`, `C`, …: see `attributes`.
        package let attribute: String
        package let from: Source
        /// `fixed`
        package let value: String?
        /// `proposal`: `*` stands for any text; one must match.
        package let matching: [String]
        package let required: Bool

        package init(_ attribute: String, from: Source, value: String? = nil, matching: [String] = [], required: Bool = false) {
            self.attribute = attribute
            self.from = from
            self.value = value
            self.matching = matching
            self.required = required
        }

        private enum CodingKeys: String, CodingKey, CaseIterable {
            case attribute, from, value, matching, required
        }

        package init(from decoder: any Decoder) throws {
            try decoder.refuseUnknownKeys(CodingKeys.self)
            let container = try decoder.container(keyedBy: CodingKeys.self)
            attribute = try container.decode(String.self, forKey: .attribute)
            from = try container.decode(Source.self, forKey: .from)
            value = try container.decodeIfPresent(String.self, forKey: .value)
            matching = try container.decodeIfPresent([String].self, forKey: .matching) ?? []
            required = try container.decodeIfPresent(Bool.self, forKey: .required) ?? false
        }

        /// Those of RFC 5280 appendix A and RFC 4519, with the upper bounds of their values in characters.
        static let attributes: [String: (oid: OID, bound: Int)] = [
            "C": (OIDs.country, 2), "O": (OIDs.organization, 64), "OU": (OIDs.organizationalUnit, 64), "L": (OIDs.locality, 128),
            "ST": (OIDs.stateOrProvince, 128), "STREET": (OIDs.streetAddress, 128), "serialNumber": (OIDs.serialNumber, 64),
            "title": (OIDs.title, 64), "givenName": (OIDs.givenName, 64), "SN": (OIDs.surname, 64), "UID": (OIDs.userID, 256),
            "DC": (OIDs.domainComponent, 63), "emailAddress": (OIDs.emailAddress, 255),
            "unstructuredName": (OIDs.unstructuredName, 255), "dnQualifier": (OIDs.dnQualifier, 64),
        ]

        /// Whether there is an attribute of this short name.
        package static func isKnown(_ attribute: String) -> Bool { attributes[attribute] != nil }

        var oid: OID? { Self.attributes[attribute]?.oid }

        func admits(_ text: String) -> Bool { matching.contains { Self.matches($0, text) } }

        /// Whether nothing but wildcards stands in a pattern: then anybody could claim anything.
        var isUnconstrained: Bool { matching.contains { $0.allSatisfy { $0 == "*" } } }

        /// `*` stands for any text; everything else for itself.
        private static func matches(_ pattern: String, _ text: String) -> Bool {
            let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
            guard let first = parts.first, let last = parts.last, parts.count > 1 else { return pattern == text }
            guard text.hasPrefix(first), text.hasSuffix(last), text.count >= first.count + last.count else { return false }
            var rest = text.dropFirst(first.count).dropLast(last.count)
            for part in parts.dropFirst().dropLast() where !part.isEmpty {
                guard let range = rest.firstRange(of: part) else { return false }
                rest = rest[range.upperBound...]
            }
            return true
        }
    }

    /// A certificate policy, with the address of its practice statement.
    package struct CertificatePolicy: Sendable, Hashable, Codable {
        package let oid: String
        package let cps: String?

        package init(oid: String, cps: String? = nil) {
            self.oid = oid
            self.cps = cps
        }

        private enum CodingKeys: String, CodingKey, CaseIterable {
            case oid, cps
        }

        package init(from decoder: any Decoder) throws {
            try decoder.refuseUnknownKeys(CodingKeys.self)
            let container = try decoder.container(keyedBy: CodingKeys.self)
            oid = try container.decode(String.self, forKey: .oid)
            cps = try container.decodeIfPresent(String.self, forKey: .cps)
        }
    }

    /// What becomes of something that the request asks for and the template does not know.
    package enum UnknownWish: String, Sendable, CaseIterable, Codable {
        case drop, refuse
    }

    /// What becomes of a lifetime that goes past the issuer's end.
    package enum IssuerEnd: String, Sendable, CaseIterable, Codable {
        case shorten, refuse
        /// For endless certificates alone: whoever verifies them holds their CA for a trust anchor, whatever its end.
        case exceed
    }

    /// Where the SID stands (KB5014754): in Microsoft's extension, as a URI among the alternative names, or in both.
    package enum IdentifierForm: String, Sendable, CaseIterable, Codable {
        case `extension`, name, both
    }

    /// Whether the certificate carries the SID that a directory gave.
    package enum Presence: String, Sendable, CaseIterable, Codable {
        case absent, optional, required
    }
}
