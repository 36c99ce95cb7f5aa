/// What a finished program left behind.
package struct CommandResult: Sendable {
    /// Exit status; 128 + signal number when a signal ended it.
    package let status: Int32
    package let stdout: [UInt8]
    package let stderr: [UInt8]

    package init(status: Int32, stdout: [UInt8], stderr: [UInt8]) {
        self.status = status
        self.stdout = stdout
        self.stderr = stderr
    }

    package var succeeded: Bool { status == 0 }
    package var text: String { String(decoding: stdout, as: UTF8.self) }
    package var errorText: String { String(decoding: stderr, as: UTF8.self) }
}
