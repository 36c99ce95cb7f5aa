import ArgumentParser

/// Drives one server on the loopback with prepared messages, a fixed number of times, and prints what happened as one JSON object.
@main
struct LoadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "muster-load",
        abstract: "Load one server on the loopback with prepared messages; print one JSON object.",
        subcommands: [SCEPLoad.self, ESTLoad.self, ACMELoad.self, WSTEPLoad.self, OCSPLoad.self, GetLoad.self])
}
