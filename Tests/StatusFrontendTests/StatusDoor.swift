import EnrollmentCore
import Foundation
import HTTPTransport
import Hummingbird
import Logging
import PKIFormats
import ServiceLifecycle
import SigningKeys
import StatusFrontend
import TestSupport

/// A CA whose status pages are served over loopback, and one enrolled certificate.
struct StatusDoor: Sendable {
    let ca: TestCA
    let port: Int
    let leaf: Certificate

    /// Serves for the length of `body`.
    static func serve(_ listLayout: ListLayout = ListLayout(), _ body: @escaping @Sendable (StatusDoor) async throws -> Void) async throws {
        let port = FreePorts.take()
        let ca = try await TestCA.found(baseURL: "http://127.0.0.1:\(port)", listLayout: listLayout)
        let delegate = try SoftwareKey.generate(.p256)
        let responderCertificate = try await ca.services.systemCertificates.issue(
            through: ca.services.pipeline, endpoint: DefaultEndpoints.system, template: "ocsp-responder", key: delegate,
            commonName: "Test OCSP"
        ).certificate
        let responder = OCSPResponder(
            delegations: [.init(issuer: ca.issuing.identity, key: delegate) { responderCertificate }], ledger: ca.services.ledger,
            surroundings: ca.surroundings)
        let router = Router(context: TransportContext.self)
        StatusRoutes(
            generations: ca.services.generations, lists: ca.services.revocationLists, responder: responder, surroundings: ca.surroundings
        ).register(on: router)

        let secret = try await ca.challenge(covers: ["*.test"])
        let request = try await TestCA.request(SoftwareKey.generate(.p256), commonName: "a.test")
        guard
            case .released(let issuance) = try await ca.services.pipeline.process(
                ca.issuanceRequest(request, credentials: [ChallengeCredential(secret: secret)]))
        else { throw CommandFailure("held") }
        let door = StatusDoor(ca: ca, port: port, leaf: issuance.certificate)

        let (ready, announce) = AsyncStream.makeStream(of: Int.self)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let listener = HTTPListener(
            name: "status", address: ListenAddress("127.0.0.1", port), routes: ListenerRoutes(router), logger: logger,
            onReady: { announce.yield($0) })
        let group = ServiceGroup(configuration: .init(services: [listener], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            tasks.addTask {
                for await _ in ready { break }
                let result = await Result { try await body(door) }
                await group.triggerGracefulShutdown()
                try result.get()
            }
            try await tasks.waitForAll()
        }
    }

    /// A generation's subject key identifier in hex, as in the URLs.
    func identifier(_ authority: Authority) -> String { authority.identity.keyIdentifier.hex }

    /// What curl prints: the response head, then the body.
    func curl(_ path: String, _ options: [String] = []) async throws -> (head: String, body: [UInt8]) {
        let output = try await Command.run(
            "curl", ["-sS", "--dump-header", "/dev/stderr"] + options + ["http://127.0.0.1:\(port)/\(path)"]
        ).checked()
        return (output.errorText, output.stdout)
    }

    func revoke(_ certificate: Certificate, _ reason: RevocationReason = .superseded) async throws {
        try await decide(certificate, .revoke(reason))
    }

    func decide(_ certificate: Certificate, _ wish: RevocationRequest.Wish) async throws {
        _ = try await ca.services.revocation.revoke(
            RevocationRequest(
                id: RequestID(in: ca.surroundings),
                arrival: Arrival(
                    endpoint: DefaultEndpoints.operator, binding: "default", operation: "revoke", instant: ca.surroundings.now),
                credentials: [OperatorCredential(userID: 0, vouchesFor: [])], target: .certificate(certificate), wish: wish))
    }
}

extension Result where Failure == any Error {
    /// Catches what `body` throws.
    init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
