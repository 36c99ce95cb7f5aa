import EnrollmentCore

/// Goes through every course that a scene can take, depth first, each from the beginning. A position that was seen before leads nowhere
/// new: the same rows, the same memories and the same mishaps left have the same future.
struct Explorer {
    struct Report: Sendable, CustomStringConvertible {
        var positions = 0
        var runs = 0
        var endings = 0
        /// The first fault, with the course that led to it.
        var fault: String?

        var description: String { "\(positions) positions, \(runs) runs, \(endings) endings" }
    }

    let scene: Scene
    /// More runs than this are no proof that a test can pay for; one made by hand may take three times as many.
    let limit: Int

    init(scene: Scene, isDeep: Bool = false) {
        self.scene = scene
        limit = isDeep ? 90_000 : 30_000
    }

    func explore() async throws -> Report {
        var report = Report()
        var seen: Set<Scene.Position> = []
        var open: [[Scene.Choice]] = [[]]
        while let beginning = open.popLast() {
            report.runs += 1
            guard report.runs <= limit else {
                report.fault = "not exhausted after \(limit) runs: \(open.count) courses are open"
                break
            }
            var course: [Scene.Choice] = []
            try await scene.reset()
            for choice in beginning {
                course.append(choice)
                try await scene.take(choice, isRepeated: true)
            }
            try await scene.refresh()
            while scene.book.faults.isEmpty {
                guard seen.insert(scene.position).inserted else { break }
                let choices = scene.choices
                guard let first = choices.first else {
                    try await scene.end()
                    report.endings += 1
                    break
                }
                open += choices.dropFirst().map { course + [$0] }
                course.append(first)
                try await scene.take(first)
            }
            await scene.abandon()
            if let fault = scene.book.faults.first {
                report.fault = "\(fault), after: \(course.map(\.description).joined(separator: ", "))"
                break
            }
        }
        report.positions = seen.count
        return report
    }
}
