/// The gaps between the durable steps. A test that kills the process at each of them proves that nothing is lost or doubled.
package enum Checkpoint: String, Sendable, CaseIterable {
    case beforeRecord, recorded, signed, completed, released
}
