/// Bytes or text that are not what they should be. The texts are written here, never copied from the input.
package struct FormatError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was being read, e.g. "certificate".
    package let structure: String
    /// What is wrong with it.
    package let reason: String

    package init(_ structure: String, _ reason: String) {
        self.structure = structure
        self.reason = reason
    }

    package var description: String { "\(structure): \(reason)" }
}
