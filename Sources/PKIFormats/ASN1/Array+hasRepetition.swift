extension [OID] {
    /// Whether an identifier stands here twice. For lists of tens at most: comparing each with each is faster than hashing them.
    package var hasRepetition: Bool {
        for (position, oid) in enumerated() where self[..<position].contains(oid) { return true }
        return false
    }
}
