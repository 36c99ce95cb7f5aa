/// The otherNames that devices and mailboxes bear, beside the UPN.
extension GeneralName {
    /// PermanentIdentifier (RFC 4043 §2): a device's lasting number, and who gave it.
    package static func permanentIdentifier(_ value: String, assigner: OID? = nil) -> GeneralName {
        .other(OIDs.permanentIdentifier, value: DERBytes.sequence(DERBytes.utf8String(value), assigner?.der ?? []))
    }

    /// HardwareModuleName (RFC 4108 §5): the kind of module and its serial number.
    package static func hardwareModule(type: OID, serialNumber: [UInt8]) -> GeneralName {
        .other(OIDs.hardwareModuleName, value: DERBytes.sequence(type.der, DERBytes.octetString(serialNumber)))
    }

    /// SmtpUTF8Mailbox (RFC 9598 §3): a mailbox whose local part is not ASCII.
    package static func internationalMailbox(_ address: String) -> GeneralName {
        .other(OIDs.smtpUTF8Mailbox, value: DERBytes.utf8String(address))
    }

    /// `VALUE`, or `VALUE@OID` with the assigner; nil for other names and for one without a value.
    package var permanentIdentifier: String? {
        guard case .other(OIDs.permanentIdentifier, let bytes) = self, var reader = try? TLV(bytes, "name").sequence("name"),
            let value = reader.takeIf(.utf8String)?.text, !value.isEmpty
        else { return nil }
        guard let assigner = reader.next() else { return value }
        guard let oid = try? assigner.oid("assigner"), (try? reader.finish()) != nil else { return nil }
        return "\(value)@\(oid)"
    }

    /// `OID/HEX`; nil for other names.
    package var hardwareModule: String? {
        guard case .other(OIDs.hardwareModuleName, let bytes) = self, var reader = try? TLV(bytes, "name").sequence("name"),
            let type = try? reader.oid("type"), let serial = try? reader.take(.octetString, "serial number").octets("serial number"),
            !serial.isEmpty, (try? reader.finish()) != nil
        else { return nil }
        return "\(type)/\(serial.hex)"
    }

    package var internationalMailbox: String? {
        guard case .other(OIDs.smtpUTF8Mailbox, let bytes) = self, let element = try? TLV(bytes, "name"), element.tag == .utf8String else {
            return nil
        }
        return element.text
    }
}
