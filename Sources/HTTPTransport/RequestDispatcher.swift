import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1

/// The end of a connection's pipeline, behind the `RequestGuard`: gathers each request whole, hands one at a time to the routes and
/// writes their responses.
///
/// * Requests that a client pipelines wait in order; while one waits, nothing more is read from the socket.
/// * A request that the client no longer waits for runs to its end: an enrollment is not left half done.
/// * The connection closes after `Connection: close`, when the client has closed its side and all is answered, when it is idle for too
///   long, and at graceful shutdown when no request is in progress. What is not HTTP is answered 400 once all before it is answered.
final class RequestDispatcher: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private struct Arrival {
        let head: HTTPRequestHead
        var body = ByteBuffer()
    }

    /// Why the connection ends once the requests that have arrived are answered.
    private enum Ending {
        /// The client asked for it.
        case asked
        case inputClosed, malformed, broken, shutdown
        case closing
    }

    private let service: RequestService
    private let facts: ConnectionFacts
    private let idleTimeout: TimeAmount
    private var context: ChannelHandlerContext?
    private var arriving: Arrival?
    private var waiting = CircularBuffer<Arrival>(initialCapacity: 2)
    private var isReadHeld = false
    private var current: HTTPRequestHead?
    /// The work on the current request. Not longer: a task that somebody holds keeps the memory of all its frames, some 10 to 35 kB, when it
    /// has ended.
    private(set) var work: Task<Void, Never>?
    /// Responses ended, but not yet out on the socket.
    private var unwritten = 0
    private var ending: Ending?
    private var lastActive = NIODeadline.now()
    private var idleTimer: Scheduled<Void>?

    init(_ service: RequestService, facts: ConnectionFacts, idleTimeout: TimeAmount) {
        self.service = service
        self.facts = facts
        self.idleTimeout = idleTimeout
    }

    // MARK: Connection

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        lookForIdleness(at: lastActive + idleTimeout)
    }

    func handlerRemoved(context: ChannelHandlerContext) { leave() }

    func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        proceed()
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent:
            end(.shutdown)
        case ChannelEvent.inputClosed:
            end(.inputClosed)
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        arriving = nil
        end(error is HTTPParserError ? .malformed : .broken)
    }

    /// The server stops at once: no further request, and the current one is told.
    func cancel() {
        work?.cancel()
        context?.close(mode: .input, promise: nil)
    }

    private func end(_ reason: Ending) {
        if ending == nil || ending == .shutdown || reason == .asked { ending = reason }
        proceed()
    }

    private func leave() {
        context = nil
        arriving = nil
        waiting.removeAll()
        idleTimer?.cancel()
        idleTimer = nil
    }

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard ending == nil || ending == .shutdown else { return }
        lastActive = .now()
        switch unwrapInboundIn(data) {
        case .head(let head):
            arriving = Arrival(head: head)
        case .body(var part):
            // The guard bounds the sum.
            if arriving?.body.readableBytes == 0 { arriving?.body = part } else { arriving?.body.writeBuffer(&part) }
        case .end:
            guard let arrived = arriving else { return }
            arriving = nil
            waiting.append(arrived)
            proceed()
        }
    }

    func read(context: ChannelHandlerContext) {
        if waiting.isEmpty { context.read() } else { isReadHeld = true }
    }

    /// Starts the next request, or closes, if it is time for either.
    private func proceed() {
        guard let context, current == nil else { return }
        if !waiting.isEmpty {
            guard context.channel.isWritable else { return }
            start(waiting.removeFirst(), context)
            if isReadHeld, waiting.isEmpty {
                isReadHeld = false
                context.read()
            }
        } else if let ending, unwritten == 0, ending != .shutdown || arriving == nil {
            close(ending, context)
        }
    }

    private func start(_ arrived: Arrival, _ context: ChannelHandlerContext) {
        guard let head = try? HTTPRequest(arrived.head) else {
            waiting.removeAll()
            return end(.broken)
        }
        current = arrived.head
        let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
        work = Task.detached(executorPreference: facts.executor) { [service, facts, body = arrived.body] in
            let response = await service.respond(to: head, body, facts)
            let sender = ResponseSender(
                service.head(of: response), length: response.body.contentLength, isHeadOnly: head.method == .head, to: connection)
            do {
                try await response.body.write(sender)
            } catch {
                // Its client must not take what breaks off for whole.
                connection.eventLoop.execute { connection.value.context?.close(promise: nil) }
            }
        }
    }

    private func close(_ reason: Ending, _ context: ChannelHandlerContext) {
        ending = .closing
        switch reason {
        case .closing:
            return
        case .inputClosed, .broken, .shutdown:
            context.close(promise: nil)
        case .asked:
            context.close(mode: .output, promise: nil)
        case .malformed:
            let head = HTTPResponseHead(version: .http1_1, status: .badRequest, headers: ["Connection": "close", "Content-Length": "0"])
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            context.close(mode: .output, promise: nil)
        }
    }

    // MARK: Responses

    /// Sends a piece of a body, after the head if that is not out yet.
    /// - Returns: when it has left; nil when the connection is no more.
    func send(_ head: HTTPResponseHead?, _ piece: ByteBuffer) -> EventLoopFuture<Void>? {
        guard let context else { return nil }
        if let head { context.write(wrapOutboundOut(.head(head)), promise: nil) }
        let left = context.eventLoop.makePromise(of: Void.self)
        context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(piece))), promise: left)
        return left.futureResult
    }

    /// Ends the current response: with its head, if that is not out yet, and the body or the rest of it.
    func finish(_ head: HTTPResponseHead?, _ body: ByteBuffer?, _ trailers: HTTPHeaders?) {
        guard let context, let request = current else { return }
        lastActive = .now()
        unwritten += 1
        let left = context.eventLoop.makePromise(of: Void.self)
        left.futureResult.assumeIsolated().whenComplete { _ in
            self.unwritten -= 1
            self.proceed()
        }
        if let head { context.write(wrapOutboundOut(.head(head)), promise: nil) }
        if let body { context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(trailers)), promise: left)
        (current, work) = (nil, nil)
        // HTTP/1.0 is the guard's affair.
        if request.version == .http1_1, !request.isKeepAlive {
            waiting.removeAll()
            arriving = nil
            end(.asked)
        } else {
            proceed()
        }
    }

    // MARK: Idleness

    private func lookForIdleness(at due: NIODeadline) {
        idleTimer = context?.eventLoop.assumeIsolated().scheduleTask(deadline: due) {
            let due = self.lastActive + self.idleTimeout
            if self.arriving == nil, self.current != nil || !self.waiting.isEmpty {
                self.lookForIdleness(at: .now() + self.idleTimeout)
            } else if due <= .now() {
                self.context?.close(promise: nil)
            } else {
                self.lookForIdleness(at: due)
            }
        }
    }
}
