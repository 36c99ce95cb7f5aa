import EnrollmentCore
import HTTPTransport
import Hummingbird
import PKIFormats

/// `/health`: 200 while the server can issue and its CRL is good, else 503; for load balancers and container probes.
struct HealthRoutes: Sendable {
    let services: EnrollmentServices
    let issuer: Certificate

    func register(on router: Router<TransportContext>) {
        router.get("/health") { _, _ in
            guard let fault = await fault() else { return Response.plain(.ok, "ok") }
            return Response.plain(.serviceUnavailable, fault)
        }
    }

    /// Says no more than a stranger may know.
    private func fault() async -> String? {
        let now = services.surroundings.now
        guard now < issuer.validity.notAfter else { return "the issuing CA is expired" }
        do {
            guard let list = try await services.revocationLists.head(ListScope(issuerKey: issuer.publicKey.keyIdentifier)),
                now < list.nextUpdate
            else {
                return "the CRL is outdated"
            }
            return nil
        } catch {
            return "the database does not answer"
        }
    }
}
