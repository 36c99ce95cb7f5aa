import ArgumentParser

/// What every case takes.
struct LoadOptions: ParsableArguments {
    @Option(name: [.customShort("n"), .long], help: "How many units (enrollments, requests) to measure.")
    var requests = 1000

    @Option(name: [.customShort("c"), .long], help: "Connections; each has at most one unit under way.")
    var connections = 8

    @Option(help: "Stop after so many seconds, whatever was done.")
    var seconds = 30

    @Option(help: "Open loop: start so many units a second whether or not earlier ones are finished. 0: closed loop.")
    var rate = 0.0

    @Flag(help: "A new connection for every unit, its set-up included in the latency.")
    var fresh = false

    @Option(help: "Process of the server, whose figures are read around the measurement; may be repeated.")
    var serverPid: [Int] = []

    @Option(help: "Give up a reply after so many seconds.")
    var timeout = 30

    @Option(help: "How often a unit sends a message again that was answered 503 with Retry-After, after that time. 0: a 503 is a failure.")
    var retries = 0

    func validate() throws {
        guard (1...5_000_000).contains(requests), (1...10_000).contains(connections), (1...3600).contains(seconds), rate >= 0,
            (1...600).contains(timeout), (0...1000).contains(retries)
        else { throw ValidationError("a number out of its bounds") }
    }
}
