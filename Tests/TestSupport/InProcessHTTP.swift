import HTTPTransport
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Synchronization

/// Asks a listener's routes in this process, without a connection.
package struct InProcessHTTP: Sendable {
    package struct Answer: Sendable {
        package let status: Int
        package let headers: HTTPFields
        package let body: [UInt8]
    }

    private let responder: ListenerResponder

    package init(_ routes: ListenerRoutes) { responder = routes.responder() }

    package func send(_ head: HTTPRequest, body: [UInt8] = [], facts: ConnectionFacts) async throws -> Answer {
        let body = ByteBuffer(bytes: body)
        let request = Request(head: head, body: RequestBody(buffer: body))
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let context = TransportContext(source: TransportContext.Source(facts: facts, body: body, logger: logger))
        do {
            let response = try await responder.respond(to: request, context: context)
            let writer = CollectingWriter()
            try await response.body.write(writer)
            return Answer(status: response.status.code, headers: response.headers, body: writer.bytes)
        } catch let error as any HTTPResponseError {
            return Answer(status: error.status.code, headers: [:], body: [])
        }
    }
}

/// Keeps the body of a response that no connection sends.
private final class CollectingWriter: ResponseBodyWriter, Sendable {
    private let collected = Mutex<[UInt8]>([])

    var bytes: [UInt8] { collected.withLock { $0 } }

    func write(_ buffer: ByteBuffer) async throws { collected.withLock { $0 += buffer.readableBytesView } }

    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
