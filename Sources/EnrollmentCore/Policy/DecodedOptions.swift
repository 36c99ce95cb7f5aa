import PKIFormats
import Synchronization

/// One front end's options, decoded once for each endpoint and again only after they were changed.
package final class DecodedOptions<Options: Codable & Sendable>: Sendable {
    private struct Entry: Sendable {
        let source: EndpointOptions
        let result: Result<Options, FormatError>
    }

    private let defaults: Options
    private let entries = Mutex<[String: Entry]>([:])

    package init(defaults: Options) { self.defaults = defaults }

    /// - Throws: `.internalFault` for options that do not decode: such are refused when they are set.
    package func options(of endpoint: Endpoint) throws(Refusal) -> Options {
        let known = entries.withLock { $0[endpoint.name] }
        if let known, known.source == endpoint.options { return try unwrap(known.result, endpoint) }
        let result = Result { () throws(FormatError) in try endpoint.options.decode(over: defaults) }
        entries.withLock { $0[endpoint.name] = Entry(source: endpoint.options, result: result) }
        return try unwrap(result, endpoint)
    }

    private func unwrap(_ result: Result<Options, FormatError>, _ endpoint: Endpoint) throws(Refusal) -> Options {
        do throws(FormatError) {
            return try result.get()
        } catch {
            throw Refusal(
                .internalFault, at: .decode, detail: "endpoint '\(endpoint.name)': \(error)", advice: "`muster endpoint option` corrects it"
            )
        }
    }
}
