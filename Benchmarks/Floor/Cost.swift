import BenchmarkClocks

/// What one operation costs, in microseconds.
struct Cost: Codable {
    /// Of processor time, user and system.
    var cpu: Double
    /// Of the clock.
    var wall: Double
    let repetitions: Int
}

extension Cost {
    /// The best of some series, which is the one that neighbours on the machine disturbed least; of one series, what the operation costs at this moment.
    static func of(_ work: () throws -> Void, seconds: Double, series: Int) throws -> Cost {
        try work()
        var best = Cost(cpu: .infinity, wall: .infinity, repetitions: 0)
        for _ in 0..<series {
            let (startCPU, startWall) = (Clock.thread(), Clock.wall())
            var count = 0
            while Clock.thread() - startCPU < seconds * 1e6 / Double(series), Clock.wall() - startWall < seconds * 4e6 {
                for _ in 0..<4 { try work() }
                count += 4
            }
            let found = Cost(
                cpu: (Clock.thread() - startCPU) / Double(count), wall: (Clock.wall() - startWall) / Double(count), repetitions: count)
            if found.cpu < best.cpu { best = found }
        }
        return best
    }
}
