/// A raw query string. It stays raw because a form decoder would turn the `+` of a base64 message into a space.
package struct SCEPQuery: Sendable, Hashable {
    package let raw: String

    package init(_ raw: String) { self.raw = raw }

    /// The still escaped value of the first pair of that name. Pairs are separated by `&` alone; `;` belongs to the value.
    package func value(of name: String) -> String? {
        for pair in raw.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let key = parts.first, key.lowercased() == name.lowercased() else { continue }
            return parts.count > 1 ? String(parts[1]) : ""
        }
        return nil
    }
}
