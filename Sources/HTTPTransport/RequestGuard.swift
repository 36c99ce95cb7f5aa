import NIOCore
import NIOHTTP1

/// Between the HTTP/1 parser and everything else: what HTTP asks of a server and Hummingbird leaves out.
///
/// * HTTP/1.0 gets its answer with `Connection: close` and then the end of the stream (old SCEP clients read to EOF).
/// * HTTP/1.1 without exactly one `Host` is answered 400 (RFC 9112 §3.2).
/// * A request, from its first part to the end of its response, has one deadline: 408 while it is still arriving, 503 after.
/// * A body beyond the limit is answered 413, before a byte is read where `Content-Length` announces it.
/// * `Expect: 100-continue` is answered.
///
/// One timer a connection, re-armed only when it fires.
final class RequestGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private enum Mode {
        /// Requests pass.
        case serving
        /// No further request; the connection closes when the responses still due are written. `passesInput`: the rest of
        /// the last request's body is still wanted.
        case finishing(passesInput: Bool)
        /// After the responses still due (`after`), this handler answers itself.
        case refusing(HTTPResponseStatus, after: Int)
        /// Answered and closing: input is read and dropped for a moment, so that a reset does not swallow the answer.
        case lingering
    }

    private let limits: HTTPLimits
    private var mode = Mode.serving
    private var isRequestArriving = false
    private var bodyBytes = 0
    /// Requests passed on whose response has not ended.
    private var unanswered = 0
    private var isResponseUnderWay = false
    private var deadline: NIODeadline?
    private var timer: Scheduled<Void>?

    init(limits: HTTPLimits) { self.limits = limits }

    // MARK: Connection

    func handlerAdded(context: ChannelHandlerContext) { arm(context, in: limits.requestDeadline) }

    func handlerRemoved(context: ChannelHandlerContext) { disarm() }

    func channelInactive(context: ChannelHandlerContext) {
        disarm()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .lingering = mode, case .some(.inputClosed) = event as? ChannelEvent {
            context.close(promise: nil)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .serving = mode else {
            if case .finishing(passesInput: true) = mode { passRestOfRequest(context, data) }
            return
        }
        switch unwrapInboundIn(data) {
        case .head(let head):
            begin(head, context: context)
        case .body(let body):
            bodyBytes += body.readableBytes
            if bodyBytes > limits.maxBody {
                refuse(.payloadTooLarge, after: unanswered - 1, context: context)
            } else {
                context.fireChannelRead(data)
            }
        case .end:
            isRequestArriving = false
            context.fireChannelRead(data)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if case .lingering = mode {
            context.read()
        } else {
            context.fireChannelReadComplete()
        }
    }

    private func begin(_ head: HTTPRequestHead, context: ChannelHandlerContext) {
        bodyBytes = 0
        if unanswered == 0 { arm(context, in: limits.requestDeadline) }
        if head.version == .http1_1, head.headers["host"].count != 1 {
            return refuse(.badRequest, after: unanswered, context: context)
        }
        let announced = head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
        if announced > limits.maxBody { return refuse(.payloadTooLarge, after: unanswered, context: context) }
        isRequestArriving = true
        unanswered += 1
        if head.version != .http1_1 {
            mode = .finishing(passesInput: true)
        } else if unanswered == 1, head.headers[canonicalForm: "expect"].contains(where: { $0.lowercased() == "100-continue" }) {
            context.writeAndFlush(wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .continue))), promise: nil)
        }
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }

    /// The body of the last request of a connection.
    private func passRestOfRequest(_ context: ChannelHandlerContext, _ data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            return
        case .body(let body):
            bodyBytes += body.readableBytes
            if bodyBytes > limits.maxBody { return refuse(.payloadTooLarge, after: unanswered - 1, context: context) }
        case .end:
            isRequestArriving = false
        }
        context.fireChannelRead(data)
    }

    // MARK: Responses

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .lingering = mode {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        switch unwrapOutboundIn(data) {
        case .head(var head):
            isResponseUnderWay = true
            if case .finishing = mode, unanswered == 1 { head.headers.replaceOrAdd(name: "Connection", value: "close") }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body:
            context.write(data, promise: promise)
        case .end:
            isResponseUnderWay = false
            unanswered -= 1
            responseEnded(context, data, promise)
        }
    }

    private func responseEnded(_ context: ChannelHandlerContext, _ data: NIOAny, _ promise: EventLoopPromise<Void>?) {
        switch mode {
        case .serving:
            context.write(data, promise: promise)
            if unanswered > 0 { arm(context, in: limits.requestDeadline) } else { deadline = nil }
        case .finishing where unanswered > 0:
            context.write(data, promise: promise)
        case .finishing:
            let written = promise ?? context.eventLoop.makePromise(of: Void.self)
            arm(context, in: limits.idleTimeout)
            let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
            written.futureResult.whenComplete { _ in bound.value.handler.linger(bound.value.context) }
            context.writeAndFlush(data, promise: written)
        case .refusing(let status, let after):
            context.write(data, promise: promise)
            refuse(status, after: after - 1, context: context)
        case .lingering:
            promise?.fail(ChannelError.ioOnClosedChannel)
        }
    }

    /// Answers `status` itself once `after` earlier responses are out, then closes.
    private func refuse(_ status: HTTPResponseStatus, after: Int, context: ChannelHandlerContext) {
        if after > 0 {
            mode = .refusing(status, after: after)
        } else if isResponseUnderWay {
            // The route answered before the body was complete: that answer stands, and is the last.
            mode = .finishing(passesInput: false)
        } else {
            let head = HTTPResponseHead(
                version: .http1_1, status: status, headers: ["Connection": "close", "Content-Length": "0"])
            mode = .lingering
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            linger(context)
        }
    }

    private func linger(_ context: ChannelHandlerContext) {
        if case .finishing = mode, !isRequestArriving {
            context.close(promise: nil)
            return
        }
        mode = .lingering
        timer?.cancel()
        timer = nil
        arm(context, in: .seconds(1))
        context.read()
    }

    // MARK: Deadline

    private func arm(_ context: ChannelHandlerContext, in amount: TimeAmount) {
        let due = NIODeadline.now() + amount
        deadline = due
        if timer == nil { schedule(context, at: due) }
    }

    private func disarm() {
        deadline = nil
        timer?.cancel()
        timer = nil
    }

    private func schedule(_ context: ChannelHandlerContext, at due: NIODeadline) {
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(deadline: due) { bound.value.handler.timerFired(bound.value.context) }
    }

    private func timerFired(_ context: ChannelHandlerContext) {
        timer = nil
        guard let deadline else { return }
        if deadline > .now() { return schedule(context, at: deadline) }
        self.deadline = nil
        if case .lingering = mode { return context.close(promise: nil) }
        guard unanswered > 0, !isResponseUnderWay else { return context.close(promise: nil) }
        refuse(isRequestArriving ? .requestTimeout : .serviceUnavailable, after: 0, context: context)
    }
}
