import ArgumentParser

/// How a command prints facts.
struct OutputOptions: ParsableArguments {
    @Flag(name: .long, help: "Print one JSON object for scripts instead of text for people.")
    var json = false

    func print(_ value: some Encodable, text: () -> String) throws {
        Swift.print(json ? try JSONText.encode(value) : text(), terminator: json ? "" : "\n")
    }
}
