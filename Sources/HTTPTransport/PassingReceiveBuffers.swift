import NIOCore

/// A new buffer for every read from a socket, gone with what was read. NIO's own keep up to four a connection, of 2 to 64 kB each, for as long as it
/// is open: two thousand clients that wait would hold more of them than their messages take.
struct PassingReceiveBuffers: RecvByteBufferAllocator {
    /// NIO keeps a connection's first buffer, whatever comes; most requests without a body fit into it.
    private static let first = 512
    /// A message of SCEP with its head.
    private static let usual = 4096
    private static let largest = 65536

    private var next = Self.first

    /// One read a turn of the loop, because NIO keeps as many buffers as it may do reads.
    static func use(on channel: any Channel) throws {
        try channel.syncOptions?.setOption(.maxMessagesPerRead, value: 1)
        try channel.syncOptions?.setOption(.recvAllocator, value: Self())
    }

    func buffer(allocator: ByteBufferAllocator) -> ByteBuffer { allocator.buffer(capacity: next) }

    /// Twice the size as long as a body fills what it is given.
    /// - Returns: true, so that no buffer is used again.
    mutating func record(actualReadBytes: Int) -> Bool {
        next = actualReadBytes < next ? Self.usual : min(max(next * 2, Self.usual), Self.largest)
        return true
    }
}
