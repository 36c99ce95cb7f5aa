import Connectors
import EnrollmentCore
import Foundation
import PKIFormats
import Persistence
import SigningKeys
import TestSupport

/// A real HTTP service beside the test, and a CA whose SCEP endpoint asks it.
final class WebhookServer: Sendable {
    static let key = [UInt8](repeating: 0x5A, count: 32)
    let ca: TestCA
    let store: WebhookStore
    private let process: BackgroundProcess
    private let home: TemporaryDirectory
    private let port: Int

    init() async throws {
        home = try TemporaryDirectory()
        let box = try SecretBox(try .generate(.p256), purpose: "webhooks")
        let stores = Stores()
        // The duty's performer must be known before the database is: it finds the store when it is asked.
        ca = try await TestCA.found(
            migrations: ConnectorSchema.migrations,
            authenticators: { database, surroundings in
                let store = WebhookStore(database: database, surroundings: surroundings, box: box)
                stores.store = store
                return [.webhook: WebhookAuthenticator(store: store)]
            }, duties: [WebhookNotification.kind: LateNotification(stores: stores)])
        guard let store = stores.store else { throw CommandFailure("no store") }
        self.store = store
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("webhook-server.py").path
        process = try BackgroundProcess(
            "/usr/bin/python3", [script, home.path("port"), home.path("log"), Self.key.hex], log: home.path("output"))
        let portFile = home.path("port")
        try await process.wait(for: "port") { FileManager.default.fileExists(atPath: portFile) }
        guard let port = Int(try String(contentsOfFile: portFile, encoding: .utf8)) else { throw CommandFailure("no port") }
        self.port = port
        try await ca.services.catalog.substitute(.webhook, for: .challenge, endpoint: DefaultEndpoints.scep)
    }

    /// Lets the endpoint ask the service, which behaves as `mode` says.
    func ask(_ mode: String, format: WebhookFormat = .muster, notifies: Bool = false, tellsDirectory: Bool = false, port other: Int? = nil)
        async throws
    {
        guard let url = URL(string: "http://127.0.0.1:\(other ?? port)/\(mode)") else { throw CommandFailure("no URL") }
        try await store.set(
            Webhook(
                endpoint: DefaultEndpoints.scep, url: url, format: format, identifier: "hook-1", notifies: notifies,
                tellsDirectory: tellsDirectory, allowsLoopback: true, secrets: .init(signingKey: Self.key, authorization: "Bearer t0ken")))
    }

    /// Every body that the service got, oldest first.
    func received() throws -> [[String: Any]] {
        guard let text = try? String(contentsOfFile: home.path("log"), encoding: .utf8) else { return [] }
        return try text.split(separator: "\n").compactMap {
            try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }
    }

    /// A request with a challenge, as the SCEP door hands it over.
    func request(_ name: String = "device-1") async throws -> IssuanceRequest {
        let csr = try await TestCA.request(try .generate(.p256), commonName: name, names: [.dns("\(name).test")], challenge: "opaque")
        return ca.issuanceRequest(csr, credentials: [ChallengeCredential(secret: "opaque")])
    }

    func stop() async throws { _ = try await process.stop() }
}

/// A place for a store that is made later.
final class Stores: @unchecked Sendable {
    var store: WebhookStore?
}

/// Asks the performer of the store that was made later.
private struct LateNotification: ReleaseDuty {
    let stores: Stores

    func perform(_ order: DutyOrder, for certificate: DutyCertificate) async throws(Refusal) {
        guard let store = stores.store else { throw Refusal(.internalFault, at: .release, detail: "no store") }
        try await WebhookNotification(store: store).perform(order, for: certificate)
    }
}
