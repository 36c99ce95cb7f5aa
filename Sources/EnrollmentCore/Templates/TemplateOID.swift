import PKIFormats

/// Object identifiers for templates, in policy answers and certificates. Windows wants one a template, stable, with arcs of at most 32 bits.
/// They are made as a directory forest makes its own: Microsoft's arc for enterprise templates, numbers from the root CA's key, numbers
/// from the template's name.
package struct TemplateOID: Sendable {
    private static let arc = "1.3.6.1.4.1.311.21.8"
    private let enterprise: [String]

    /// - Parameter rootKeyIdentifier: of the CA that all certificates of the installation lead up to.
    package init(rootKeyIdentifier: [UInt8]) {
        enterprise = Self.numbers(HashAlgorithm.sha256.digest(rootKeyIdentifier), count: 6)
    }

    /// Dotted.
    package func value(template name: String) -> String {
        ([Self.arc] + enterprise + Self.numbers(HashAlgorithm.sha256.digest(Array(name.utf8)), count: 2)).joined(separator: ".")
    }

    /// Numbers of 24 bits, as Active Directory's own are.
    private static func numbers(_ digest: [UInt8], count: Int) -> [String] {
        (0..<count).map { index in
            String(digest.dropFirst(3 * index).prefix(3).reduce(0) { $0 << 8 | Int($1) })
        }
    }
}
