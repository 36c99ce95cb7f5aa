import EnrollmentCore
import PKIFormats
import Persistence

/// Ends the registration of a signer, at once; what was enrolled through him stays valid.
struct RemoveSigner: AdminOperation {
    let endpoint: String
    /// SHA-256, hex.
    let fingerprint: String

    func perform(in administration: Administration) async throws -> Done {
        _ = try administration.reachableEndpoint(endpoint)
        let failure = CommandFailure("\(endpoint) has no such signer; `muster signer list` shows their fingerprints")
        guard let octets = [UInt8](hex: fingerprint) else { throw failure }
        do {
            try await administration.core.signers.remove(fingerprint: octets, endpoint: endpoint)
        } catch PersistenceError.unmet {
            throw failure
        }
        return Done()
    }
}
