import EnrollmentCore
import HTTPTransport
import Hummingbird

/// `/health`: 200 while the server can issue and its CRLs are good, else 503; for load balancers and container probes.
struct HealthRoutes: Sendable {
    let services: EnrollmentServices

    func register(on router: Router<TransportContext>) {
        router.get("/health") { _, _ in
            guard let fault = await fault() else { return Response.plain(.ok, "ok") }
            return Response.plain(.serviceUnavailable, fault)
        }
    }

    /// Says no more than a stranger may know.
    private func fault() async -> String? {
        let now = services.surroundings.now
        do {
            for generation in services.authorities.generations where generation.state == .active && generation.signer != nil {
                let identity = generation.identity
                guard let certificate = identity.certificate, now < certificate.validity.notAfter else {
                    return "the CA '\(identity.authority)' is expired"
                }
                guard let list = try await services.revocationLists.head(ListScope(issuerKey: identity.keyIdentifier)),
                    now < list.nextUpdate
                else {
                    return "the CRL of '\(identity.authority)' is outdated"
                }
            }
            return nil
        } catch {
            return "the database does not answer"
        }
    }
}
