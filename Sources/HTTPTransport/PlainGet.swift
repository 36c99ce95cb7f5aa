import NIOCore
import NIOHTTP1
import NIOPosix

/// One GET over plain HTTP, on a connection of its own to an address that was checked; nothing of it outlives the answer.
struct PlainGet: Sendable {
    struct Reply: Sendable {
        let head: HTTPResponseHead
        let body: [UInt8]
    }

    let address: IPAddress
    let port: Int
    /// Path and query.
    let target: String
    let headers: HTTPHeaders
    /// Bytes; a longer body is a failure.
    let maxBody: Int

    func reply() async throws -> Reply {
        // On an event loop: that loop.
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        let promise = loop.makePromise(of: Reply.self)
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: target, headers: headers)
        let limit = maxBody
        let channel: any Channel
        do {
            channel = try await ClientBootstrap(group: loop)
                .connectTimeout(.seconds(5))
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHTTPClientHandlers(leftOverBytesStrategy: .dropBytes)
                        try channel.pipeline.syncOperations.addHandler(Conversation(head, limit: limit, promise))
                    }
                }
                .connect(to: SocketAddress(packedIPAddress: ByteBuffer(bytes: address.bytes), port: port)).get()
        } catch {
            promise.fail(error)
            throw error
        }
        return try await withTaskCancellationHandler {
            try await promise.futureResult.get()
        } onCancel: {
            channel.close(promise: nil)
        }
    }

    /// Sends the request, collects the reply, closes.
    private final class Conversation: ChannelInboundHandler {
        typealias InboundIn = HTTPClientResponsePart
        typealias OutboundOut = HTTPClientRequestPart

        private let request: HTTPRequestHead
        private let limit: Int
        private var promise: EventLoopPromise<Reply>?
        private var head: HTTPResponseHead?
        private var body: [UInt8] = []

        init(_ request: HTTPRequestHead, limit: Int, _ promise: EventLoopPromise<Reply>) {
            self.request = request
            self.limit = limit
            self.promise = promise
        }

        func channelActive(context: ChannelHandlerContext) {
            context.write(wrapOutboundOut(.head(request)), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            context.fireChannelActive()
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head): self.head = head
            case .body(let chunk):
                guard body.count + chunk.readableBytes <= limit else {
                    return finish(.failure(OutgoingFailure.bodyTooLarge(limit: limit)), context)
                }
                body.append(contentsOf: chunk.readableBytesView)
            case .end:
                guard let head else { return finish(.failure(ChannelError.eof), context) }
                finish(.success(Reply(head: head, body: body)), context)
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { finish(.failure(error), context) }

        func channelInactive(context: ChannelHandlerContext) { finish(.failure(ChannelError.eof), context) }

        func handlerRemoved(context: ChannelHandlerContext) { finish(.failure(ChannelError.eof), context) }

        private func finish(_ result: Result<Reply, any Error>, _ context: ChannelHandlerContext) {
            guard let promise else { return }
            self.promise = nil
            promise.completeWith(result)
            context.close(promise: nil)
        }
    }
}
