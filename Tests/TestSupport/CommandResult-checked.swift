extension CommandResult: CustomStringConvertible {
    package var description: String { "exit status \(status)\n\(text)\n\(errorText)" }

    /// This result where the program ended with status 0; else a failure that shows what it printed.
    @discardableResult
    package func checked() throws(CommandFailure) -> CommandResult {
        guard succeeded else { throw CommandFailure(description) }
        return self
    }
}
