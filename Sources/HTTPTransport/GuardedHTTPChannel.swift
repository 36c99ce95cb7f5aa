import Foundation
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTPTypesHTTP1
import NIOSSL

/// A listener's connection: TLS where configured, HTTP/1 with the `RequestGuard`, and the `ConnectionFacts` of its requests.
struct GuardedHTTPChannel: ServerChildChannel {
    struct Connection: ServerChildChannelValue {
        let http: HTTP1Channel.Value
        let facts: ConnectionFacts
        var channel: any Channel { http.channel }
    }

    let base: HTTP1Channel
    let limits: HTTPLimits
    let tls: TLSIdentitySource?
    let asksForClientCertificate: Bool
    /// The administration's operations may take long; on a loop they would hold up its connections.
    let runsOnLoop: Bool

    init(
        responder: @escaping HTTPChannelHandler.Responder, limits: HTTPLimits, tls: TLSIdentitySource?, asksForClientCertificate: Bool,
        runsOnLoop: Bool
    ) {
        base = HTTP1Channel(
            responder: responder,
            configuration: .init(
                idleTimeout: limits.idleTimeout,
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: limits.maxHeaderField, maxHeaderListSize: limits.maxHeaderList,
                    maxHeaderFieldCount: limits.maxHeaderCount)))
        self.limits = limits
        self.tls = tls
        self.asksForClientCertificate = asksForClientCertificate
        self.runsOnLoop = runsOnLoop
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Connection> {
        let facts = ConnectionFacts(channel: channel, isTLS: tls != nil, runsOnLoop: runsOnLoop)
        return channel.eventLoop.makeCompletedFuture {
            if let tls { try channel.pipeline.syncOperations.addHandler(tlsHandler(tls, facts)) }
        }
        .flatMap { recordPeerUser(of: channel, in: facts) }
        .flatMap { base.setup(channel: channel, logger: logger) }
        .flatMapThrowing { http in
            let pipeline = channel.pipeline.syncOperations
            let codec = try pipeline.handler(type: HTTP1ToHTTPServerCodec.self)
            try pipeline.addHandler(RequestGuard(limits: limits), position: .before(codec))
            return Connection(http: http, facts: facts)
        }
    }

    func handle(value: Connection, logger: Logger) async {
        await ConnectionFacts.$current.withValue(value.facts) {
            await withTaskExecutorPreference(value.facts.executor) { await base.handle(value: value.http, logger: logger) }
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
