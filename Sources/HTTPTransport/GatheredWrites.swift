import NIOCore

/// Next to the socket or to TLS: what is written before a flush leaves as one buffer, head, body and end of a response together. Over TLS each
/// would be a record of its own.
final class GatheredWrites: ChannelOutboundHandler, RemovableChannelHandler {
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Octets that are copied to go with what is before them: what fits into one TLS record (RFC 8446 §5.1).
    private static let limit = 16 * 1024

    private var gathered: ByteBuffer?
    private var promise: EventLoopPromise<Void>?

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        var piece = unwrapOutboundIn(data)
        if let before = gathered?.readableBytes, before + piece.readableBytes <= Self.limit {
            gathered?.writeBuffer(&piece)
        } else {
            pass(context)
            gathered = piece
        }
        self.promise.setOrCascade(to: promise)
    }

    func flush(context: ChannelHandlerContext) {
        pass(context)
        context.flush()
    }

    /// What nobody flushed is lost with the connection, as everywhere.
    func handlerRemoved(context: ChannelHandlerContext) {
        gathered = nil
        promise?.fail(ChannelError.ioOnClosedChannel)
        promise = nil
    }

    private func pass(_ context: ChannelHandlerContext) {
        guard let buffer = gathered else { return }
        gathered = nil
        let promise = promise
        self.promise = nil
        context.write(wrapOutboundOut(buffer), promise: promise)
    }
}
