/// An operation that did not do what it should, so that its time means nothing.
struct FloorFailure: Error {
    let operation: String

    init(_ operation: String) { self.operation = operation }

    static func check(_ isRight: Bool, _ operation: String) throws {
        guard isRight else { throw FloorFailure(operation) }
    }
}
