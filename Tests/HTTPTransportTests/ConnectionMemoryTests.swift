@testable import HTTPTransport
import Hummingbird
import Logging
import NIOCore
import NIOPosix
import Testing

/// What a connection keeps that waits for its next request.
@Suite struct ConnectionMemoryTests {
    @Test("A connection whose requests are answered holds no task: an ended one would keep the memory of its frames")
    func noTask() async throws {
        let logger = Logger(label: "test")
        let router = Router(context: TransportContext.self)
        router.get("hello") { _, _ in Response.plain(.ok, "hello") }
        let served = GuardedHTTPChannel(
            service: RequestService(ListenerRoutes(router).responder(), logger: logger), limits: HTTPLimits(), tls: nil,
            asksForClientCertificate: false, runsOnLoop: true)
        let (connections, accepted) = AsyncStream.makeStream(of: (GuardedHTTPChannel.Connection, any RecvByteBufferAllocator, UInt).self)
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                served.setup(channel: channel, logger: logger).flatMapThrowing { connection in
                    let options = try #require(channel.syncOptions)
                    accepted.yield((connection, try options.getOption(.recvAllocator), try options.getOption(.maxMessagesPerRead)))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let request = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"
        let outcome = await RawConnection.talk(
            port: try #require(server.localAddress?.port), [request + request, request], pause: 0.2, patience: 0.5)
        #expect(outcome.count(of: "200 OK") == 3)
        var iterator = connections.makeAsyncIterator()
        let (connection, buffers, reads) = try #require(await iterator.next())
        #expect(try await connection.channel.eventLoop.submit { connection.dispatcher.value.work == nil }.get())
        #expect(buffers is PassingReceiveBuffers && reads == 1)
        try await server.close()
    }

    @Test("Of what is read NIO keeps a connection's first small buffer, however much comes")
    func firstBuffer() {
        var pool = NIOPooledRecvBufferAllocator(capacity: 1, recvAllocator: PassingReceiveBuffers())
        var capacities: [Int] = []
        for arriving in [512, 4096, 8192, 100] + Array(repeating: Int.max, count: 6) + [0] {
            let (buffer, count) = pool.buffer(allocator: ByteBufferAllocator()) { buffer in
                buffer.writeRepeatingByte(0x61, count: min(arriving, buffer.writableBytes))
            }
            pool.record(actualReadBytes: count)
            capacities.append(buffer.capacity)
        }
        #expect(capacities == [512, 4096, 8192, 16384, 4096, 8192, 16384, 32768, 65536, 65536, 65536])
        #expect(pool.count == 1)
    }
}
