/// The URLs of one directory, always made from the configured base URL, never from a request's Host.
package struct ACMELinks: Sendable {
    /// For example `https://ca.example:8443/acme/default/`.
    let prefix: String
    /// What leads from every other resource to the directory (RFC 8555 §7.1), as a `Link` field's value.
    let index: String

    package init(baseURL: String, label: String) {
        prefix = "\(baseURL)\(baseURL.hasSuffix("/") ? "" : "/")acme/\(label)/"
        index = "<\(prefix)\(ACMEResource.directory.path)>;rel=\"index\""
    }

    package func url(_ resource: ACMEResource) -> String { prefix + resource.path }

    /// The account id in a `kid`, or nil: another directory, another server, another resource.
    func accountID(of url: String) -> String? {
        guard url.hasPrefix(prefix),
            case .account(let id)? = ACMEResource(path: String(decoding: url.utf8.dropFirst(prefix.utf8.count), as: UTF8.self))
        else { return nil }
        return id
    }
}
