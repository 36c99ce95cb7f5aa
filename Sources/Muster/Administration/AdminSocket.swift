import Foundation

/// The command's side of the Unix socket: one HTTP/1.1 exchange, blocking, then the process goes on.
struct AdminSocket {
    private static let replyLimit = 64 << 20

    private let descriptor: Int32

    /// Nil when no server listens there.
    init?(path: String) throws {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let capacity = MemoryLayout.size(ofValue: address.sun_path)
        guard path.utf8.count < capacity else {
            throw CommandFailure("the path of \(path) is longer than the \(capacity - 1) bytes that a Unix socket may have")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let opened = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard opened >= 0 else { throw Self.failure(path) }
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(opened, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        guard status == 0 else {
            let reason = errno
            close(opened)
            if reason == ENOENT || reason == ECONNREFUSED { return nil }
            throw CommandFailure("\(path): \(String(cString: strerror(reason)))")
        }
        descriptor = opened
    }

    /// Sends the body and gives the body of the reply; the socket is closed afterwards.
    func exchange(_ body: Data) throws -> Data {
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        let head = [
            "POST /operation HTTP/1.1", "Host: muster", "Content-Type: application/json", "Content-Length: \(body.count)",
            "Connection: close",
            "", "",
        ].joined(separator: "\r\n")
        signal(SIGPIPE, SIG_IGN)
        do {
            try handle.write(contentsOf: Data(head.utf8) + body)
        } catch {
            throw CommandFailure("the server closed the connection; its log says why")
        }
        var reply = Data()
        while let part = try handle.read(upToCount: 1 << 16), !part.isEmpty {
            reply += part
            guard reply.count <= Self.replyLimit else { throw CommandFailure("the server's answer is too large") }
        }
        guard let end = reply.range(of: Data("\r\n\r\n".utf8)), reply.starts(with: Data("HTTP/1.1 200".utf8)) else {
            throw CommandFailure("the server did not answer; its log says why")
        }
        return reply[end.upperBound...]
    }

    private static func failure(_ path: String) -> CommandFailure { CommandFailure("\(path): \(String(cString: strerror(errno)))") }
}
