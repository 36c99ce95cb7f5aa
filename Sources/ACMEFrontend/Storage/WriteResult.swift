/// How a conditional write ended.
enum WriteResult: Sendable, Equatable {
    case written
    /// A named condition did not hold.
    case unmet(String)
    /// A unique value was there already.
    case conflict
}
