import Foundation
import Testing

@testable import EnrollmentCore

@Suite struct TrailTests {
    @Test func `What a trail writes is JSON, and reads back as it was`() throws {
        var trail = Trail()
        #expect(trail.json == "[]")
        for text in [#"a "quoted" \ path /x"#, "line\nbreak\u{0}\u{7f}", "Zürich 東京 \u{202E}", "", String(repeating: "é", count: 1500)] {
            trail.note(.decode, "\(text)")
        }
        #expect(Trail(json: trail.json) == trail)
        let lines = try #require(try JSONSerialization.jsonObject(with: Data(trail.json.utf8)) as? [[String: Any]])
        #expect(lines.first?["text"] as? String == #"a "quoted" \ path /x"#)
        #expect((lines.last?["text"] as? String)?.count == 1000)
    }

    @Test func `A line is put together of texts, numbers and whatever describes itself, as a string would be`() {
        struct Plain { let number = 3 }
        var trail = Trail()
        let (name, parts) = ("Zürich", ["a", "b"])
        trail.note(.shape, "\(name) \(7) \(parts) \(Refusal.Stage.shape) \(Plain()) \(Optional<Int>.none.map(String.init) ?? "-")")
        #expect(trail.entries.map(\.text) == ["\(name) \(7) \(parts) \(Refusal.Stage.shape) \(Plain()) -"])
        #expect(trail.entries.first?.stage == .shape)
    }

    @Test func `Random bytes come in any number and never twice the same`() {
        let randomness = SystemRandomness()
        for count in [0, 1, 7, 8, 10, 16, 32] { #expect(randomness.bytes(count).count == count) }
        #expect(Set((0..<1000).map { _ in randomness.bytes(16) }).count == 1000)
    }
}
