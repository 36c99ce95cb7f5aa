/// The URLs that Windows and Linux clients know by heart, made from the configured base URL, never from a request's Host.
///
/// The endpoint `default` has Microsoft's own names; another label stands in place of `ADPolicyProvider` and behind the CA's name.
package struct WSTEPLinks: Sendable {
    private static let standardLabel = "default"
    private static let standardProvider = "ADPolicyProvider"
    private static let policySuffix = "_CEP_UsernamePassword"
    private static let enrollmentSuffix = "_CES_UsernamePassword"

    private let base: String
    private let caName: String

    /// - Parameters:
    ///   - baseURL: scheme, host and port, for example `https://ca.example:8443`.
    ///   - caName: the CA's name; in URLs whatever is no ASCII letter or digit becomes a hyphen.
    package init(baseURL: String, caName: String) {
        base = baseURL.hasSuffix("/") ? String(baseURL.dropLast()) : baseURL
        let words = caName.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
        self.caName = words.isEmpty ? "CA" : String(words.joined(separator: "-").prefix(64))
    }

    package func url(_ service: WSTEPService, label: String) -> String {
        switch service {
        case .policy: "\(base)/\(segment(service, label: label))/service.svc/CEP"
        case .enrollment: "\(base)/\(segment(service, label: label))/service.svc/CES"
        }
    }

    /// The service and label that a request's path names, in any letter case and with or without the last part; nil for no such service.
    package func service(segment: String, leaf: String?) -> (WSTEPService, label: String)? {
        let name = segment.lowercased()
        if let provider = name.dropping(suffix: Self.policySuffix.lowercased()), leaf == nil || leaf?.lowercased() == "cep" {
            return (.policy, provider == Self.standardProvider.lowercased() ? Self.standardLabel : provider)
        }
        if let ca = name.dropping(suffix: Self.enrollmentSuffix.lowercased()), leaf == nil || leaf?.lowercased() == "ces" {
            if ca == caName.lowercased() { return (.enrollment, Self.standardLabel) }
            return ca.dropping(prefix: caName.lowercased() + "_").map { (.enrollment, $0) }
        }
        return nil
    }

    private func segment(_ service: WSTEPService, label: String) -> String {
        let isStandard = label == Self.standardLabel
        return switch service {
        case .policy: (isStandard ? Self.standardProvider : label) + Self.policySuffix
        case .enrollment: (isStandard ? caName : "\(caName)_\(label)") + Self.enrollmentSuffix
        }
    }
}

extension String {
    fileprivate func dropping(suffix: String) -> String? {
        hasSuffix(suffix) && count > suffix.count ? String(dropLast(suffix.count)) : nil
    }

    fileprivate func dropping(prefix: String) -> String? {
        hasPrefix(prefix) && count > prefix.count ? String(dropFirst(prefix.count)) : nil
    }
}
