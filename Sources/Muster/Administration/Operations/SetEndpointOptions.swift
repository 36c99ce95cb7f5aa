import EnrollmentCore
import PKIFormats

/// Sets options of an endpoint, or only shows them: the reply has every option with the value in force.
struct SetEndpointOptions: AdminOperation {
    let endpoint: String
    /// By dotted path.
    let set: [String: EndpointOptions.Value]
    /// Dotted paths that shall have their defaults again.
    let reset: [String]

    func perform(in administration: Administration) async throws -> EndpointOptions {
        let old = try administration.reachableEndpoint(endpoint)
        var options = old.options
        do {
            for path in reset { try options.assign(nil, at: path) }
            for (path, value) in set { try options.assign(value, at: path) }
            let completed = try EndpointOptionRules.completed(options, of: old.protocolName)
            try EndpointOptionRules.check(options, of: old, administration.core.authorities)
            if options != old.options {
                try await administration.core.catalog.setOptions(options, endpoint: endpoint)
                // A mode may need certificates that are not there yet.
                try await administration.authoritiesChanged()
            }
            return completed
        } catch let error as FormatError {
            throw CommandFailure("\(error); `muster endpoint option \(endpoint)` lists what there is")
        }
    }
}
