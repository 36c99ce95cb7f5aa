import EnrollmentCore
import Foundation
import HTTPTransport
import Logging
import NIOPosix
import PKIFormats
import Persistence
import SigningKeys

/// A CA of its own in a scratch directory, and requests for it that are made before anything is measured.
final class IssuanceBench: Sendable {
    private let path: String
    private let database: SQLiteDatabase
    private let services: EnrollmentServices
    private let secret: String

    /// - Parameter directory: where the database goes; on the disk that is to be measured.
    init(directory: String) async throws {
        path = "\(directory)/.issuance-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        database = try SQLiteDatabase(path: "\(path)/muster.db", writesAlone: true)
        try await database.migrate(CoreSchema.migrations)
        database.keep(try await AuditChain.open(AuditLog.defaultChain, in: database))
        let surroundings = Surroundings()
        let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
        let (_, issuing) = try await Founding(database: database, surroundings: surroundings, logger: logger).found(
            Founding.Plan(name: "Bench", baseURL: "http://127.0.0.1:8080"), root: .init(try SoftwareKey.generate(.p256), name: "root"),
            issuing: .init(try SoftwareKey.generate(.p256), name: "issuing"))
        services = EnrollmentServices(
            database: database, surroundings: surroundings, logger: logger, authorities: AuthorityRegistry(active: [issuing]))
        try await services.catalog.reload()
        secret = try await services.challenges.make(
            endpoint: DefaultEndpoints.scep, isOneTime: false, covers: [try NamePattern("device-*")], lifetime: nil
        ).secret
    }

    func remove() {
        database.close()
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Each with a key and a name of its own.
    func requests(_ count: Int) async throws -> [CertificationRequest] {
        var made: [CertificationRequest] = []
        for _ in 0..<count {
            let key = try SoftwareKey.generate(.p256)
            let info = CertificationRequest.toBeSigned(
                subject: DistinguishedName(commonName: "device-\(UUID().uuidString.lowercased())"), publicKey: key.publicKey, attributes: []
            )
            made.append(try CertificationRequest(info: info, algorithm: key.defaultAlgorithm, signature: try await key.sign(info)))
        }
        return made
    }

    /// Issues a certificate for every request, so many at once; each must be released. As in the server, a task stays on an event loop.
    func issue(_ requests: [CertificationRequest], tasks: Int) async throws {
        let loops = MultiThreadedEventLoopGroup.singleton.makeIterator().map(LoopExecutor.init)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<tasks {
                group.addTask(executorPreference: loops[task % loops.count]) {
                    for index in stride(from: task, to: requests.count, by: tasks) {
                        guard case .released = try await self.services.pipeline.process(self.issuanceRequest(requests[index])) else {
                            throw UnexpectedResult()
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// As a front end hands it over: decoded from its bytes, with the credential.
    private func issuanceRequest(_ request: CertificationRequest) throws -> IssuanceRequest {
        IssuanceRequest(
            id: RequestID(in: services.surroundings),
            arrival: Arrival(
                endpoint: DefaultEndpoints.scep, binding: "default", operation: "bench", peer: "127.0.0.1",
                exchangeID: request.publicKey.keyIdentifier, instant: services.surroundings.now),
            intent: .enroll, credentials: [ChallengeCredential(secret: secret)],
            proposal: Proposal(try CertificationRequest(der: request.der)))
    }
}
