import PKIFormats

/// A purpose of extendedKeyUsage as files have it: the name that its standard gives it, or a dotted object identifier.
struct Purpose: Sendable, Codable {
    private static let names: [(name: String, oid: OID)] = [
        ("serverAuth", OIDs.serverAuth), ("clientAuth", OIDs.clientAuth), ("codeSigning", OIDs.codeSigning),
        ("emailProtection", OIDs.emailProtection), ("timeStamping", OIDs.timeStamping), ("ocspSigning", OIDs.ocspSigning),
        ("anyExtendedKeyUsage", OIDs.anyExtendedKeyUsage), ("certificateRequestAgent", OIDs.microsoftEnrollmentAgent),
        ("smartcardLogon", OIDs.microsoftSmartCardLogon), ("cmcRA", OIDs.cmcRA), ("ipsecIKE", [1, 3, 6, 1, 5, 5, 7, 3, 17]),
        ("encryptingFileSystem", [1, 3, 6, 1, 4, 1, 311, 10, 3, 4]),
    ]

    let dotted: String

    init(dotted: String) { self.dotted = dotted }

    init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        if let known = Self.names.first(where: { $0.name == text }) {
            dotted = "\(known.oid)"
        } else if let oid = OID(dotted: text) {
            dotted = "\(oid)"
        } else {
            throw decoder.corrupted(
                "'\(text)' is neither an object identifier nor one of \(Self.names.map(\.name).joined(separator: ", "))")
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }

    /// For people and files.
    var name: String { Self.names.first { "\($0.oid)" == dotted }?.name ?? dotted }
}
