import Foundation
import Logging
import SigningKeys

/// Performs an operation where it belongs: in the server that runs, else in this process under the directory's lock.
struct AdminClient {
    private static let attempts = 25

    let directory: DataDirectory
    let passphrase: PassphraseSource

    func perform<Operation: AdminOperation>(_ operation: Operation) async throws -> Operation.Reply {
        let configuration = try ConfigurationFile.load(directory)
        for attempt in 1...Self.attempts {
            if let socket = try AdminSocket(path: directory.socket) { return try ask(socket, operation) }
            if let lock = try DirectoryLock(directory) {
                return try await performHere(operation, configuration, lock)
            }
            // A server that starts or stops has the lock, but no socket yet or any more.
            if attempt < Self.attempts { try await Task.sleep(for: .milliseconds(200)) }
        }
        throw CommandFailure(
            "another process holds \(directory.lock) and does not answer; try again when the server has started or stopped")
    }

    private func ask<Operation: AdminOperation>(_ socket: AdminSocket, _ operation: Operation) throws -> Operation.Reply {
        let message = AdminMessage.Request(operation: Operation.name, arguments: try JSONEncoder().encode(operation))
        let answer = try JSONDecoder().decode(AdminMessage.Reply.self, from: socket.exchange(JSONEncoder().encode(message)))
        if let failure = answer.failure { throw CommandFailure(failure) }
        guard let reply = answer.reply else { throw CommandFailure("the server's answer is empty") }
        return try JSONDecoder().decode(Operation.Reply.self, from: reply)
    }

    private func performHere<Operation: AdminOperation>(
        _ operation: Operation, _ configuration: Configuration, _ lock: DirectoryLock
    ) async throws -> Operation.Reply {
        let secret = Operation.needsKeys ? try passphrase.read(configuration, in: directory) : nil
        if Operation.needsKeys {
            let brought = try operation.tokenKeys.map { try PKCS11URI.kept($0, as: "in a token") }
            try TokenPINs.ask(for: KeyDirectory(path: directory.file(configuration.keys)).references() + brought)
        }
        var logger = Logger(label: "muster")
        logger.logLevel = .error
        let database = try await CADatabase(path: directory.file(configuration.database), logger: logger)
        defer { withExtendedLifetime(lock) { database.close() } }
        do {
            let administration = try await Administration(
                configuration, in: directory, database: database, passphrase: secret, operatorID: getuid())
            // By name, as over the socket: specialised for each operation, this crashes Swift 6.3's optimiser (CoroSplit).
            let reply = try await AdminOperations.perform(
                Operation.name, arguments: JSONEncoder().encode(operation), in: administration)
            return try JSONDecoder().decode(Operation.Reply.self, from: reply)
        } catch {
            throw CommandFailure(AdminMessage.describe(error))
        }
    }
}
