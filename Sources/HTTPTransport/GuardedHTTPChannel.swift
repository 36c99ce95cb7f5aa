import Foundation
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOSSL

/// A listener's connection: TLS where configured, HTTP/1 with the `RequestGuard`, and the `RequestDispatcher` before the routes.
struct GuardedHTTPChannel: ServerChildChannel {
    struct Connection: ServerChildChannelValue {
        let channel: any Channel
        let dispatcher: NIOLoopBound<RequestDispatcher>
    }

    let service: RequestService
    let limits: HTTPLimits
    let tls: TLSIdentitySource?
    let asksForClientCertificate: Bool
    /// The administration's operations may take long; on a loop they would hold up its connections.
    let runsOnLoop: Bool

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Connection> {
        let facts = ConnectionFacts(channel: channel, isTLS: tls != nil, runsOnLoop: runsOnLoop)
        return recordPeerUser(of: channel, in: facts).flatMapThrowing {
            try PassingReceiveBuffers.use(on: channel)
            let pipeline = channel.pipeline.syncOperations
            if let tls { try pipeline.addHandler(tlsHandler(tls, facts)) }
            try pipeline.addHandler(GatheredWrites())
            var decoding = NIOHTTPDecoderLimitConfiguration()
            decoding.maxHeaderFieldSize = limits.maxHeaderField
            decoding.maxHeaderListSize = limits.maxHeaderList
            decoding.maxHeaderFieldCount = limits.maxHeaderCount
            try pipeline.configureHTTPServerPipeline(
                withPipeliningAssistance: false, withErrorHandling: false, withOutboundHeaderValidation: false,
                withEncoderConfiguration: .init(), withDecoderLimitConfiguration: decoding)
            let dispatcher = RequestDispatcher(service, facts: facts, idleTimeout: limits.idleTimeout)
            try pipeline.addHandlers(RequestGuard(limits: limits), dispatcher)
            return Connection(channel: channel, dispatcher: NIOLoopBound(dispatcher, eventLoop: channel.eventLoop))
        }
    }

    /// Lasts as long as the connection and the work on its last request.
    func handle(value: Connection, logger: Logger) async {
        await withTaskCancellationHandler {
            let work = try? await value.channel.closeFuture.map { value.dispatcher.value.work }.get()
            await work?.value
        } onCancel: {
            value.channel.eventLoop.execute { value.dispatcher.value.cancel() }
        }
    }

    /// Any presented chain passes: TLS itself verifies that the client holds the leaf's key, the routes decide trust.
    private func tlsHandler(_ tls: TLSIdentitySource, _ facts: ConnectionFacts) -> NIOSSLServerHandler {
        let context = tls.context(askingForClientCertificate: asksForClientCertificate)
        guard asksForClientCertificate else { return NIOSSLServerHandler(context: context) }
        return NIOSSLServerHandler(context: context) { chain, promise in
            do {
                facts.record(presentedChain: try chain.prefix(Self.maximumChain).map { try $0.toDERBytes() })
                promise.succeed(.certificateVerified)
            } catch {
                promise.succeed(.failed)
            }
        }
    }

    private static let maximumChain = 16

    private func recordPeerUser(of channel: any Channel, in facts: ConnectionFacts) -> EventLoopFuture<Void> {
        guard case .unixDomainSocket = channel.localAddress, let socket = channel as? any SocketOptionProvider else {
            return channel.eventLoop.makeSucceededVoidFuture()
        }
        let credentials: EventLoopFuture<PeerCredentials> = socket.unsafeGetSocketOption(
            level: NIOBSDSocket.OptionLevel(rawValue: SOL_SOCKET), name: NIOBSDSocket.Option(rawValue: SO_PEERCRED))
        return credentials.map { facts.record(peerUserID: $0.userID) }
    }
}

/// `struct ucred` of Linux, which glibc's headers hide from Swift.
private struct PeerCredentials: Sendable {
    var processID: Int32 = 0
    var userID: UInt32 = 0
    var groupID: UInt32 = 0
}
