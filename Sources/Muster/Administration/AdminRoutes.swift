import EnrollmentCore
import Foundation
import HTTPTransport
import Hummingbird
import Logging

/// The administration's door: a Unix socket of mode 0600; the kernel tells the user id of the process at the other end.
struct AdminRoutes: Sendable {
    private static let bodyLimit = 64 << 20

    let administration: Administration
    let logger: Logger

    func register(on router: Router<TransportContext>) {
        router.post("/operation") { _, context -> Response in
            let reply = await answer(Data(try context.body(upTo: Self.bodyLimit)), userID: context.peerUserID)
            return Response(status: .ok, contentType: "application/json", body: [UInt8](try JSONEncoder().encode(reply)))
        }
    }

    private func answer(_ body: Data, userID: UInt32?) async -> AdminMessage.Reply {
        do {
            guard let userID else { throw CommandFailure("the system does not tell whose process this is") }
            let message = try JSONDecoder().decode(AdminMessage.Request.self, from: body)
            logger.info("operator", metadata: ["operation": "\(message.operation)", "uid": "\(userID)"])
            let reply = try await AdminOperations.perform(
                message.operation, arguments: message.arguments, in: administration.acting(as: userID))
            return AdminMessage.Reply(reply: reply)
        } catch {
            return AdminMessage.Reply(failure: AdminMessage.describe(error))
        }
    }
}
