/// `GeneralNames ::= SEQUENCE OF GeneralName`.
package enum GeneralNames {
    /// The most names one extension may hold.
    package static let limit = 100

    package static func decode(_ der: [UInt8]) throws(FormatError) -> [GeneralName] {
        let element = try TLV(der, "general names", rules: .ber)
        guard element.tag == .sequence else { throw FormatError("general names", "SEQUENCE expected") }
        var names: [GeneralName] = []
        for name in try element.elements("general names", limit: limit) { names.append(try GeneralName(name)) }
        return names
    }

    package static func encode(_ names: [GeneralName]) -> [UInt8] { DERBytes.sequence(of: names.map(\.der)) }
}
