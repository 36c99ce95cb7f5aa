import NIOCore
import NIOEmbedded
import Testing

@testable import HTTPTransport

@Suite struct GatheredWritesTests {
    private let channel = EmbeddedChannel(handler: GatheredWrites())

    private func written() throws -> [String] {
        var texts: [String] = []
        while let buffer = try channel.readOutbound(as: ByteBuffer.self) { texts.append(String(buffer: buffer)) }
        return texts
    }

    @Test func `What is written before a flush leaves as one buffer, and all who wait for it are told`() throws {
        let (head, end) = (channel.eventLoop.makePromise(of: Void.self), channel.eventLoop.makePromise(of: Void.self))
        channel.write(ByteBuffer(string: "head "), promise: head)
        channel.write(ByteBuffer(string: "body"), promise: nil)
        channel.write(ByteBuffer(), promise: end)
        #expect(try written().isEmpty)
        channel.flush()
        #expect(try written() == ["head body"])
        try head.futureResult.wait()
        try end.futureResult.wait()
        channel.flush()
        #expect(try written().isEmpty)
        _ = try channel.finish()
    }

    @Test func `A long body is not copied, and keeps its place`() throws {
        let long = String(repeating: "x", count: 16 * 1024)
        channel.write(ByteBuffer(string: "head"), promise: nil)
        channel.write(ByteBuffer(string: long), promise: nil)
        try channel.writeAndFlush(ByteBuffer(string: "end")).wait()
        #expect(try written() == ["head", long, "end"])
        _ = try channel.finish()
    }

    @Test func `What was not flushed when the connection ends fails`() throws {
        let promise = channel.eventLoop.makePromise(of: Void.self)
        channel.write(ByteBuffer(string: "lost"), promise: promise)
        _ = try channel.finish()
        #expect(throws: ChannelError.self) { try promise.futureResult.wait() }
    }
}
