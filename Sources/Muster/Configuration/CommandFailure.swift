/// What a person at the command line did not get, in words: what happened and what to do next.
struct CommandFailure: Error, CustomStringConvertible, Sendable {
    let message: String

    init(_ message: String) { self.message = message }

    var description: String { message }
}
