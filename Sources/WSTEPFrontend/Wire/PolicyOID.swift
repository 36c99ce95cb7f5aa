/// An entry of the `oIDs` table of a policy answer (MS-XCEP 3.1.4.1.3.16).
package struct PolicyOID: Sendable, Equatable {
    /// What kind of thing the OID names. A wrong group makes Windows miss a template without any error.
    package enum Group: UInt32, Sendable {
        case hash = 1, encryption, publicKey, signature, nameAttribute, extensionOrAttribute, extendedKeyUsage, issuancePolicy, template
    }

    package let value: String
    package let group: Group
    /// Unique in the answer.
    package let reference: Int
    package let name: String

    func encode(into writer: inout XMLWriter) {
        writer.element("oID") { writer in
            writer.element("value", text: value)
            writer.element("group", text: String(group.rawValue))
            writer.element("oIDReferenceID", text: String(reference))
            writer.element("defaultName", text: name)
        }
    }
}
