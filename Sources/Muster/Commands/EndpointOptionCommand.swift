import ArgumentParser
import EnrollmentCore
import Foundation

/// `muster endpoint option NAME [OPTION=VALUE ...] [--reset OPTION]`
struct EndpointOptionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "option", abstract: "Show or set the options of an endpoint's protocol, at once and without a restart.",
        discussion: "A value is JSON, or text: true, 30, issuer, '[\"a\",\"b\"]'. docs/protocols explains the options of each protocol.")

    @Argument(help: "The endpoint, for example scep-default; see `muster endpoints`.") var name: String
    @Argument(help: "OPTION=VALUE, for example replyChain=issuer.") var settings: [String] = []
    @Option(help: "Give an option its default again; may be repeated.") var reset: [String] = []
    @OptionGroup var output: OutputOptions
    @OptionGroup var location: LocationOptions

    func run() async throws {
        let reply = try await location.perform(SetEndpointOptions(endpoint: name, set: try parsed(), reset: reset))
        let lines = try reply.values.sorted { $0.key < $1.key }.map { "\($0.key)=\(try Self.text(of: $0.value))" }
        try output.print(reply) { lines.isEmpty ? "\(name) has no options" : lines.joined(separator: "\n") }
    }

    private func parsed() throws -> [String: EndpointOptions.Value] {
        var values: [String: EndpointOptions.Value] = [:]
        for setting in settings {
            let parts = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let option = parts.first, let value = parts.last, parts.count == 2, !option.isEmpty else {
                throw ValidationError("'\(setting)' is not OPTION=VALUE")
            }
            let json = try? JSONDecoder().decode(EndpointOptions.Value.self, from: Data(value.utf8))
            values[String(option)] = json ?? .text(String(value))
        }
        return values
    }

    private static func text(of value: EndpointOptions.Value) throws -> String {
        if case .text(let text) = value { return text }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
