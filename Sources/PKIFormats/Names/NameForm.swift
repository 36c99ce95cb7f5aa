/// The form of a GeneralName as constraints tell them apart: a constraint speaks of names of its own form alone.
enum NameForm: Hashable {
    case mailbox, dns, directory, uri, ip, registeredID
    case other(OID)
    /// x400Address and ediPartyName, by the number of their tag.
    case rare(UInt8)

    init(_ name: GeneralName) {
        switch name {
        case .email: self = .mailbox
        case .dns: self = .dns
        case .directory: self = .directory
        case .uri: self = .uri
        case .ip: self = .ip
        case .registeredID: self = .registeredID
        case .upn: self = .other(OIDs.microsoftUPN)
        // The mailboxes of RFC 9598 §6 obey the constraints of all mailboxes.
        case .other(OIDs.smtpUTF8Mailbox, _): self = .mailbox
        case .other(let oid, _): self = .other(oid)
        case .unknown(let tag, _):
            switch tag & 0x1F {
            case 1: self = .mailbox
            case 2: self = .dns
            case 6: self = .uri
            case 7: self = .ip
            case let number: self = .rare(number)
            }
        }
    }
}
