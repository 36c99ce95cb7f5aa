import Foundation

/// Questions to a person.
enum Terminal {
    /// Whether somebody can be asked.
    static var isThere: Bool { isatty(STDIN_FILENO) == 1 }

    /// One line, not shown while it is typed.
    /// - Throws: when no terminal is there to ask at.
    static func readSecret(_ prompt: String) throws -> String {
        guard isThere else {
            throw CommandFailure("a secret is needed and there is no terminal to ask at; see `--help` for the other ways to give it")
        }
        var settings = termios()
        guard tcgetattr(STDIN_FILENO, &settings) == 0 else { throw CommandFailure("the terminal's echo cannot be switched off") }
        var silent = settings
        silent.c_lflag &= ~tcflag_t(ECHO)
        // Before the question: what is typed at once belongs to the answer.
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
        FileHandle.standardError.write(Data(prompt.utf8))
        defer {
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
            FileHandle.standardError.write(Data("\n".utf8))
        }
        guard let line = readLine(strippingNewline: true), !line.isEmpty else { throw CommandFailure("nothing was entered") }
        return line
    }

    /// The first line of standard input, for scripts.
    static func readLineOfInput() throws -> String {
        guard let line = readLine(strippingNewline: true), !line.isEmpty else { throw CommandFailure("standard input is empty") }
        return line
    }

    static func printError(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
}
