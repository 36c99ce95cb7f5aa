/// Where an issuance stands. The table below is the only place that says which step may follow which: it drives the store's
/// conditional updates, the test over every state and event, and the picture in docs/ISSUANCE-CYCLE.md.
package enum IssuanceState: String, Sendable, CaseIterable {
    /// Serial reserved, to-be-signed bytes durable, claims redeemed; perhaps signed, never delivered.
    case recorded
    /// The signed bytes are durable.
    case issued
    /// May be given to the client.
    case released
    /// Signed, but a duty before release failed; revoked, never delivered.
    case quarantined
    /// Never signed, never will be; its serial is answered as revoked.
    case tombstoned

    /// What can happen to an issuance.
    package enum Event: String, Sendable, CaseIterable {
        case complete, release, quarantine, tombstone
    }

    /// The state after `event`, or nil where the event may not happen.
    package func after(_ event: Event) -> IssuanceState? {
        switch (self, event) {
        case (.recorded, .complete): .issued
        case (.recorded, .tombstone): .tombstoned
        case (.issued, .release): .released
        case (.issued, .quarantine): .quarantined
        case (.recorded, .release), (.recorded, .quarantine): nil
        case (.issued, .complete), (.issued, .tombstone): nil
        case (.released, _), (.quarantined, _), (.tombstoned, _): nil
        }
    }

    /// The state after several events, one after the other.
    func after(_ events: [Event]) -> IssuanceState? {
        var state = self
        for event in events {
            guard let next = state.after(event) else { return nil }
            state = next
        }
        return state
    }
}
