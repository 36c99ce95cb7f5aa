/// The ciphers of encrypted content, all in CBC mode.
package enum ContentCipher: Sendable, Hashable {
    case aes128CBC, aes192CBC, aes256CBC, desEDE3CBC, desCBC
    case other(OID)

    init(oid: OID) {
        switch oid {
        case OIDs.aes128CBC: self = .aes128CBC
        case OIDs.aes192CBC: self = .aes192CBC
        case OIDs.aes256CBC: self = .aes256CBC
        case OIDs.desEDE3CBC: self = .desEDE3CBC
        case OIDs.desCBC: self = .desCBC
        default: self = .other(oid)
        }
    }

    package var oid: OID {
        switch self {
        case .aes128CBC: OIDs.aes128CBC
        case .aes192CBC: OIDs.aes192CBC
        case .aes256CBC: OIDs.aes256CBC
        case .desEDE3CBC: OIDs.desEDE3CBC
        case .desCBC: OIDs.desCBC
        case .other(let oid): oid
        }
    }
}
