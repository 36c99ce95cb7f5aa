/// What one operation costs, in microseconds.
struct Cost: Codable {
    /// Of processor time, user and system.
    var cpu: Double
    /// Of the clock.
    var wall: Double
    let repetitions: Int
}
