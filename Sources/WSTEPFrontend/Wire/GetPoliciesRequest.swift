import PKIFormats

/// `GetPolicies` (MS-XCEP 3.1.4.1): what a client asks of the policy server.
/// `lastUpdate` is read past, because every answer is given in full: the short form would need to know when the caller's view changed.
package struct GetPoliciesRequest: Sendable, Equatable {
    /// Templates by OID or by name; empty for all.
    package let policyOIDs: [String]

    /// - Parameter body: the body's one child.
    package init(_ body: ParsedElement) throws(FormatError) {
        guard body.name == Self.name else { throw FormatError("GetPolicies", "another element in the body") }
        let client = try body.requiredChild(XMLName(Namespace.policy, "client"))
        guard try !client.isNil(), !client.children.isEmpty else { throw FormatError("GetPolicies", "The client element is empty.") }
        _ = try client.child(XMLName(Namespace.policy, "lastUpdate"))?.simpleText()
        _ = try client.child(XMLName(Namespace.policy, "preferredLanguage"))?.simpleText()
        policyOIDs = try Self.filter(body.child(XMLName(Namespace.policy, "requestFilter")))
    }

    package static let name = XMLName(Namespace.policy, "GetPolicies")

    /// Nil, absent and empty all mean: no filter.
    private static func filter(_ element: ParsedElement?) throws(FormatError) -> [String] {
        guard let element, try !element.isNil(), let list = try element.child(XMLName(Namespace.policy, "policyOIDs")), try !list.isNil()
        else { return [] }
        var oids: [String] = []
        for oid in list.children(XMLName(Namespace.policy, "oid")) { oids.append(try oid.trimmedText()) }
        return oids
    }
}
