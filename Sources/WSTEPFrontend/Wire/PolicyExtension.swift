import Foundation

/// An extension that certificates of a policy carry, for the client's information.
package struct PolicyExtension: Sendable, Equatable {
    package let oidReference: Int
    package let isCritical: Bool
    /// What stands inside the OCTET STRING, DER.
    package let value: [UInt8]

    package init(oidReference: Int, isCritical: Bool, value: [UInt8]) {
        self.oidReference = oidReference
        self.isCritical = isCritical
        self.value = value
    }

    func encode(into writer: inout XMLWriter) {
        writer.element("extension") { writer in
            writer.element("oIDReference", text: String(oidReference))
            writer.element("critical", text: isCritical ? "true" : "false")
            writer.element("value", text: Data(value).base64EncodedString())
        }
    }
}
