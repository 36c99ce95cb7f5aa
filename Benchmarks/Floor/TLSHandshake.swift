import BenchmarkClocks
import Crypto
import NIOCore
import NIOEmbedded
import NIOSSL

/// TLS 1.3 handshakes of NIOSSL in memory, P-256 certificates on both sides; only the server's part is counted.
struct TLSHandshake {
    private let server: NIOSSLContext
    private let client: NIOSSLContext

    /// The same certificate serves both sides: nobody looks at what it says.
    init(isMutual: Bool) throws {
        let (certificate, key) = try SelfSigned.make()
        var server = TLSConfiguration.makeServerConfiguration(certificateChain: [.certificate(certificate)], privateKey: .privateKey(key))
        var client = TLSConfiguration.makeClientConfiguration()
        client.certificateVerification = .none
        if isMutual {
            server.certificateVerification = .noHostnameVerification
            server.trustRoots = .certificates([certificate])
            client.certificateChain = [.certificate(certificate)]
            client.privateKey = .privateKey(key)
        }
        self.server = try NIOSSLContext(configuration: server)
        self.client = try NIOSSLContext(configuration: client)
    }

    /// As `Cost.of`, but of the server's part.
    func serverCost(seconds: Double, series: Int) throws -> Cost {
        var best = Cost(cpu: .infinity, wall: .infinity, repetitions: 0)
        for _ in 0..<series {
            var (spent, count) = (0.0, 0)
            while spent < seconds * 1e6 / Double(series) {
                spent += try once()
                count += 1
            }
            if spent / Double(count) < best.cpu { best = Cost(cpu: spent / Double(count), wall: spent / Double(count), repetitions: count) }
        }
        return best
    }

    /// Microseconds of processor time of the server's part of one handshake.
    private func once() throws -> Double {
        var spent = 0.0
        func counted<T>(_ work: () throws -> T) rethrows -> T {
            let start = Clock.thread()
            defer { spent += Clock.thread() - start }
            return try work()
        }
        let here = EmbeddedChannel()
        let there = EmbeddedChannel()
        let address = try SocketAddress(ipAddress: "127.0.0.1", port: 1)
        try counted {
            try here.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: server))
            here.connect(to: address, promise: nil)
        }
        try there.pipeline.syncOperations.addHandler(NIOSSLClientHandler(context: client, serverHostname: nil))
        there.connect(to: address, promise: nil)
        func pump() throws {
            var isMoving = true
            while isMoving {
                isMoving = false
                while let bytes = try there.readOutbound(as: ByteBuffer.self) {
                    isMoving = true
                    try counted { _ = try here.writeInbound(bytes) }
                }
                while let bytes = try counted({ try here.readOutbound(as: ByteBuffer.self) }) {
                    isMoving = true
                    try there.writeInbound(bytes)
                }
            }
        }
        try pump()
        // Each side answers the other's close_notify.
        there.close(promise: nil)
        counted { here.close(promise: nil) }
        try pump()
        return spent
    }
}
