/// An expanded name: prefixes are gone, so that any prefix a client chose is right.
package struct XMLName: Sendable, Hashable, CustomStringConvertible {
    /// Empty for a name without a namespace.
    package let namespace: String
    package let local: String

    package init(_ namespace: String, _ local: String) {
        self.namespace = namespace
        self.local = local
    }

    package var description: String { local }
}
