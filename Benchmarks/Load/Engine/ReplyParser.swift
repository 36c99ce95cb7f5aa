import NIOCore

/// Cuts replies out of the bytes of a connection that has one request under way.
struct ReplyParser {
    struct Malformed: Error {}

    private var buffer = ByteBuffer()
    private(set) var byteCount = 0

    mutating func append(_ bytes: inout ByteBuffer) {
        byteCount += bytes.readableBytes
        buffer.writeBuffer(&bytes)
    }

    mutating func reset() { buffer.clear() }

    /// The next reply, when it is complete; `isHead` for an answer to HEAD, `atEnd` when the peer has closed.
    mutating func next(isHead: Bool, atEnd: Bool) throws -> Reply? {
        let view = buffer.readableBytesView
        guard let end = Self.endOfHead(view) else { return nil }
        // Octets, not characters: one core makes the load of two.
        let head = buffer.getString(at: buffer.readerIndex, length: end - view.startIndex) ?? ""
        let lines = head.utf8.split(separator: UInt8(ascii: "\r"))
        let words = lines.first?.split(separator: UInt8(ascii: " "), maxSplits: 2) ?? []
        guard words.count >= 2, let status = Int(Substring(words[1])) else { throw Malformed() }
        var headers: [(name: String, value: String)] = []
        for line in lines.dropFirst().map({ $0.dropFirst() }) {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { throw Malformed() }
            let value = line[line.index(after: colon)...].drop { $0 == UInt8(ascii: " ") }
            headers.append((Substring(line[..<colon]).lowercased(), String(Substring(value))))
        }
        let start = end + 4 - view.startIndex
        func value(_ name: String) -> String? { headers.first { $0.name == name }?.value }
        let body: [UInt8]
        if isHead || status == 204 || status == 304 {
            buffer.moveReaderIndex(forwardBy: start)
            body = []
        } else if value("transfer-encoding")?.lowercased() == "chunked" {
            guard let (bytes, used) = try Self.chunks(view, from: view.startIndex + start) else { return nil }
            buffer.moveReaderIndex(forwardBy: used - view.startIndex)
            body = bytes
        } else if let text = value("content-length") {
            guard let count = Int(text), count >= 0, count <= 1 << 26 else { throw Malformed() }
            guard buffer.readableBytes >= start + count else { return nil }
            buffer.moveReaderIndex(forwardBy: start)
            body = buffer.readBytes(length: count) ?? []
        } else {
            guard atEnd else { return nil }
            buffer.moveReaderIndex(forwardBy: start)
            body = buffer.readBytes(length: buffer.readableBytes) ?? []
        }
        if buffer.readableBytes == 0 { buffer.clear() }
        return Reply(status: status, headers: headers, body: body)
    }

    private static func endOfHead(_ view: ByteBufferView) -> Int? {
        var index = view.startIndex
        while let found = view[index...].firstIndex(of: 13), found + 3 < view.endIndex {
            if view[found + 1] == 10, view[found + 2] == 13, view[found + 3] == 10 { return found }
            index = found + 1
        }
        return nil
    }

    private static func chunks(_ view: ByteBufferView, from start: Int) throws -> (body: [UInt8], used: Int)? {
        var body: [UInt8] = []
        var index = start
        while true {
            guard let end = view[index...].firstIndex(of: 13), end + 1 < view.endIndex else { return nil }
            let text = String(decoding: view[index..<end].prefix { $0 != 0x3B }, as: UTF8.self)
            guard let size = Int(text, radix: 16), size >= 0, size <= 1 << 26 else { throw Malformed() }
            guard end + 2 + size + 2 <= view.endIndex else { return nil }
            body += view[(end + 2)..<(end + 2 + size)]
            index = end + 2 + size + 2
            if size == 0 { return (body, index) }
        }
    }
}
