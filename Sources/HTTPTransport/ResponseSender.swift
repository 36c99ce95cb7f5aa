import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1

/// Sends one response. A body in memory goes out together with its head and its end; one that is made piece by piece goes out as it
/// comes, each piece once the one before it has left.
struct ResponseSender: ResponseBodyWriter {
    private let connection: NIOLoopBound<RequestDispatcher>
    /// Of the body, where it is known beforehand.
    private let length: Int?
    /// The response to HEAD has the head of the response to GET, and no body.
    private let isHeadOnly: Bool
    private var head: HTTPResponseHead?
    private var held: ByteBuffer?

    init(_ head: HTTPResponseHead, length: Int?, isHeadOnly: Bool, to connection: NIOLoopBound<RequestDispatcher>) {
        self.head = head
        self.length = length
        self.isHeadOnly = isHeadOnly
        self.connection = connection
    }

    mutating func write(_ buffer: ByteBuffer) async throws {
        guard !isHeadOnly else { return }
        if head != nil, held == nil, buffer.readableBytes == length {
            held = buffer
            return
        }
        if let held {
            self.held = nil
            try await send(held)
        }
        try await send(buffer)
    }

    consuming func finish(_ trailers: HTTPFields?) async throws {
        let (head, held, trailers) = (head, held, trailers.map(HTTPHeaders.init))
        try await perform { $0.finish(head, held, trailers) }
    }

    private mutating func send(_ piece: ByteBuffer) async throws {
        let head = head
        self.head = nil
        guard let left = try await perform({ $0.send(head, piece) }) else { throw ChannelError.ioOnClosedChannel }
        try await left.get()
    }

    private func perform<Outcome: Sendable>(_ work: @escaping @Sendable (RequestDispatcher) -> Outcome) async throws -> Outcome {
        let loop = connection.eventLoop
        if loop.inEventLoop { return work(connection.value) }
        return try await loop.submit { [connection] in work(connection.value) }.get()
    }
}
