/// The reply of an operation that has nothing to tell but that it was done.
struct Done: Codable, Sendable {}
