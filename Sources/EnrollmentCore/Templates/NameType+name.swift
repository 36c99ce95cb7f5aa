import Foundation
import PKIFormats

extension Template.NameType {
    /// Whether files and directories may write a name of this type so.
    package func isName(_ text: String) -> Bool { name(text) != nil }

    /// A name of this type, as files and directories write it; nil for text that is none.
    func name(_ text: String) -> GeneralName? {
        switch self {
        case .dns: return DNSNameSyntax.isCertificateName(text) ? .dns(text) : nil
        case .email: return text.utf8.allSatisfy { $0 < 0x80 } ? .email(text) : .internationalMailbox(text)
        case .upn: return .upn(text)
        case .uri: return .uri(text)
        case .ip: return Self.octets(text).map { .ip($0) }
        case .permanentIdentifier:
            let parts = text.split(separator: "@").map(String.init)
            guard parts.count == 2, let assigner = OID(dotted: parts[1]) else { return text.isEmpty ? nil : .permanentIdentifier(text) }
            return .permanentIdentifier(parts[0], assigner: assigner)
        case .hardwareModule:
            let parts = text.split(separator: "/").map(String.init)
            guard parts.count == 2, let type = OID(dotted: parts[0]), let serial = [UInt8](hex: parts[1]), !serial.isEmpty else {
                return nil
            }
            return .hardwareModule(type: type, serialNumber: serial)
        }
    }

    private static func octets(_ text: String) -> [UInt8]? {
        var four = [UInt8](repeating: 0, count: 4)
        if inet_pton(AF_INET, text, &four) == 1 { return four }
        var sixteen = [UInt8](repeating: 0, count: 16)
        return inet_pton(AF_INET6, text, &sixteen) == 1 ? sixteen : nil
    }
}

extension GeneralName {
    /// The template's word for this type; nil for types that no template carries.
    var type: Template.NameType? {
        switch self {
        case .dns: .dns
        case .ip: .ip
        case .email: .email
        case .upn: .upn
        case .uri: .uri
        case .other:
            if permanentIdentifier != nil {
                .permanentIdentifier
            } else if hardwareModule != nil {
                .hardwareModule
            } else if internationalMailbox != nil {
                .email
            } else {
                nil
            }
        case .directory, .registeredID, .unknown: nil
        }
    }
}
