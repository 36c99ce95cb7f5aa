import HTTPTypes
import HummingbirdCore
import NIOCore

/// Keeps what a response body writes.
struct CollectingWriter: ResponseBodyWriter {
    final class Bytes {
        var all: [UInt8] = []
    }

    let bytes: Bytes

    mutating func write(_ buffer: ByteBuffer) async throws { bytes.all.append(contentsOf: buffer.readableBytesView) }

    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
