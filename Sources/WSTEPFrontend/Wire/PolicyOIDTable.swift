/// Collects the OIDs of one answer: the first use gives an OID its number, so the same policies always give the same bytes.
package struct PolicyOIDTable: Sendable, Equatable {
    package private(set) var entries: [PolicyOID] = []

    package init() {}

    /// The number under which policies refer to this OID.
    package mutating func reference(_ value: String, _ group: PolicyOID.Group, name: String) -> Int {
        if let known = entries.first(where: { $0.value == value && $0.group == group }) { return known.reference }
        let entry = PolicyOID(value: value, group: group, reference: entries.count + 1, name: name)
        entries.append(entry)
        return entry.reference
    }
}
