import Foundation
import HTTPTransport
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import TestSupport

/// Serves a small router for the length of `body`, then shuts down gracefully.
enum RunningListener {
    static func serve(
        limits: HTTPLimits = HTTPLimits(), tls: TLSIdentitySource? = nil, asksForClientCertificate: Bool = false,
        address: ListenAddress = ListenAddress("127.0.0.1", 0), routes: (Router<TransportContext>) -> Void = { _ in },
        body: @escaping @Sendable (Int, ServiceGroup) async throws -> Void
    ) async throws {
        let (ports, announce) = AsyncStream.makeStream(of: Int.self)
        var logger = Logger(label: "test")
        logger.logLevel = .error
        let router = router()
        routes(router)
        let listener = HTTPListener(
            name: "test", address: address, tls: tls, asksForClientCertificate: asksForClientCertificate, limits: limits,
            routes: ListenerRoutes(router), logger: logger, onReady: { announce.yield($0) })
        let group = ServiceGroup(configuration: .init(services: [listener], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            tasks.addTask {
                var iterator = ports.makeAsyncIterator()
                guard let port = await iterator.next() else { throw CommandFailure("the listener never became ready") }
                do {
                    try await body(port, group)
                } catch {
                    await group.triggerGracefulShutdown()
                    throw error
                }
                await group.triggerGracefulShutdown()
            }
            try await tasks.waitForAll()
        }
    }

    private static func router() -> Router<TransportContext> {
        let router = Router(context: TransportContext.self)
        router.get("hello") { _, context in
            Response(status: .ok, contentType: "application/x-exact", text: "hello \(context.peerAddress ?? "nobody")")
        }
        router.get("slow") { _, _ in
            try await Task.sleep(for: .milliseconds(700))
            return Response.plain(.ok, "slept")
        }
        router.post("echo") { _, context in
            Response(status: .ok, contentType: "text/plain", body: try context.body(upTo: 1 << 20))
        }
        router.get("certificates") { _, context in
            let chain = await context.clientCertificates()
            return Response.plain(.ok, chain.map { String($0.count) }.joined(separator: ","))
        }
        router.get("user") { request, context in
            Response.plain(
                .ok, "uid \(context.peerUserID.map(String.init) ?? "none"), basic \(request.basicCredentials?.password ?? "none")")
        }
        router.get("big") { _, _ in
            Response(status: .ok, contentType: "application/octet-stream", body: [UInt8](repeating: 0x61, count: 8 << 20))
        }
        router.get("host") { request, _ in Response.plain(.ok, request.head.authority ?? "none") }
        router.get("redirect") { request, _ in
            Response.redirect(to: request.uri.queryParameters["to"].map(String.init) ?? "/redirect", type: .found)
        }
        router.get("drip") { _, _ in
            Response(
                status: .ok,
                body: ResponseBody { writer in
                    for _ in 0..<100 {
                        try await writer.write(ByteBuffer(string: "x"))
                        try await Task.sleep(for: .milliseconds(100))
                    }
                    try await writer.finish(nil)
                })
        }
        return router
    }
}
