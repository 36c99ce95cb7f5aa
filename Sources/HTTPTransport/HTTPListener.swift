import Foundation
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// One HTTP or HTTPS listener as a service: binds, reports its port, serves the routes, and at graceful shutdown closes
/// idle connections and lets requests in progress finish.
package struct HTTPListener: Service {
    package let name: String
    private let address: ListenAddress
    private let tls: TLSIdentitySource?
    private let asksForClientCertificate: Bool
    private let limits: HTTPLimits
    private let responder: ListenerResponder
    private let logger: Logger
    private let onReady: @Sendable (Int) async -> Void

    /// - Parameters:
    ///   - asksForClientCertificate: request (never require) one in the TLS handshake; see `TransportContext.clientCertificates()`.
    ///   - onReady: called once the listener accepts, with its TCP port (0 on a Unix domain socket).
    package init(
        name: String,
        address: ListenAddress,
        tls: TLSIdentitySource? = nil,
        asksForClientCertificate: Bool = false,
        limits: HTTPLimits = HTTPLimits(),
        routes: ListenerRoutes,
        logger: Logger,
        onReady: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        self.name = name
        self.address = address
        self.tls = tls
        self.asksForClientCertificate = asksForClientCertificate
        self.limits = limits
        responder = routes.responder()
        var logger = logger
        logger[metadataKey: "listener"] = .string(name)
        self.logger = logger
        self.onReady = onReady
    }

    package func run() async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let channel = GuardedHTTPChannel(
            service: RequestService(responder, logger: logger), limits: limits, tls: tls,
            asksForClientCertificate: asksForClientCertificate, runsOnLoop: address.isNetwork)
        let server = channel.server(
            configuration: ServerConfiguration(
                address: address.bindAddress, backlog: 1024,
                availableConnectionsDelegate: MaximumAvailableConnections(limits.maxConnections)),
            onServerRunning: { channel in
                if case .unix(let path) = address { chmod(path, 0o600) }
                await onReady(channel.localAddress?.port ?? 0)
            },
            eventLoopGroup: group, logger: logger)
        // Accepting and closing connections wakes no thread but a loop's.
        try await withTaskExecutorPreference(LoopExecutor(group.any())) { try await server.run() }
    }
}
