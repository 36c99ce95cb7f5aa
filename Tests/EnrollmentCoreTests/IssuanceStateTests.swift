import EnrollmentCore
import Testing

@Suite struct IssuanceStateTests {
    @Test func everyStateAndEventGoesWhereTheTableSays() {
        let allowed: [IssuanceState: [IssuanceState.Event: IssuanceState]] = [
            .recorded: [.complete: .issued, .tombstone: .tombstoned],
            .issued: [.release: .released, .quarantine: .quarantined],
        ]
        for state in IssuanceState.allCases {
            for event in IssuanceState.Event.allCases {
                #expect(state.after(event) == allowed[state]?[event], "\(state) after \(event)")
            }
        }
    }

    @Test func noPathLeadsBackAndEveryPathEnds() {
        func ends(from state: IssuanceState, seen: Set<IssuanceState>) -> Bool {
            IssuanceState.Event.allCases.compactMap(state.after).allSatisfy { !seen.contains($0) && ends(from: $0, seen: seen.union([$0])) }
        }
        #expect(ends(from: .recorded, seen: [.recorded]))
    }
}
