/// A log that a driver keeps beside its units: lines that depend on the line before, and so can be statements of no one unit. The one
/// writer calls it, once a group, whatever the number of units: no lock is held while a unit waits.
package protocol Journal: Sendable {
    /// The statements that add `entries`, those of the units that held, in their order. They run in the group's own transaction: without
    /// them none of its units becomes durable.
    func statements(adding entries: [String]) throws(PersistenceError) -> [Statement]

    /// Whether what was added last is durable, or was undone.
    func settle(isDurable: Bool)
}
