import NIOCore
import NIOPosix

/// Answers http-01 for all names, by token. Confined to the event loop of the load.
final class ChallengeResponder: @unchecked Sendable {
    private var answers: [String: String] = [:]

    func publish(_ token: String, _ answer: String) { answers[token] = answer }
    func forget(_ token: String) { answers[token] = nil }

    func listen(port: Int, loop: any EventLoop) async throws -> any Channel {
        try await ServerBootstrap(group: loop)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Answerer(self)) }
            }
            .bind(host: "127.0.0.1", port: port).get()
    }

    private final class Answerer: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let responder: ChallengeResponder
        private var text = ""

        init(_ responder: ChallengeResponder) { self.responder = responder }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            text += String(buffer: unwrapInboundIn(data))
            guard text.utf8.count < 8192 else { return context.close(promise: nil) }
            guard text.hasSuffix("\r\n\r\n") else { return }
            let path = text.split(separator: " ", maxSplits: 2).dropFirst().first ?? ""
            text = ""
            let answer = responder.answers[String(path.split(separator: "/").last ?? "")]
            let head = answer == nil ? "HTTP/1.1 404 Not Found" : "HTTP/1.1 200 OK"
            let body = answer ?? "unknown token"
            let reply = "\(head)\r\nContent-Type: application/octet-stream\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
            context.writeAndFlush(NIOAny(context.channel.allocator.buffer(string: reply)), promise: nil)
        }
    }
}
