extension TemporaryDirectory {
    /// The text of a file.
    package func text(_ name: String) throws -> String {
        String(decoding: try read(name), as: UTF8.self)
    }
}
