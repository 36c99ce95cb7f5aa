import Foundation

/// A blocking TCP or Unix client on a thread of its own: sends given pieces with a pause before each, then reads to the end. After
/// `patience` without the end it is gone.
struct RawConnection {
    struct Outcome: Sendable {
        let text: String
        /// Whether the server ended the stream; false when the client's patience ran out.
        let wasClosedByServer: Bool
        let seconds: Double

        func count(of part: String) -> Int { text.components(separatedBy: part).count - 1 }
    }

    /// - Parameter closesItsSide: after the last piece, as `nc -N` does.
    static func talk(
        port: Int, _ pieces: [String], pause: Double = 0, patience: Double = 5, closesItsSide: Bool = false
    ) async -> Outcome {
        await withCheckedContinuation { done in
            Thread { done.resume(returning: blockingTalk(connectTCP(port), pieces, pause, patience, closesItsSide)) }.start()
        }
    }

    static func talk(socket path: String, _ pieces: [String], patience: Double = 5) async -> Outcome {
        await withCheckedContinuation { done in
            Thread { done.resume(returning: blockingTalk(connectUnix(path), pieces, 0, patience, false)) }.start()
        }
    }

    private static func blockingTalk(
        _ descriptor: Int32, _ pieces: [String], _ pause: Double, _ patience: Double, _ closesItsSide: Bool
    ) -> Outcome {
        let start = Date()
        defer { close(descriptor) }
        var received: [UInt8] = []
        var ended = false
        for piece in pieces where !ended {
            if pause > 0 { ended = receive(descriptor, into: &received, for: pause) }
            let bytes = Array(piece.utf8)
            var sent = 0
            while !ended, sent < bytes.count {
                let count = bytes[sent...].withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                if count <= 0 { break }
                sent += count
            }
        }
        if closesItsSide { shutdown(descriptor, Int32(SHUT_WR)) }
        if !ended { ended = receive(descriptor, into: &received, for: patience) }
        return Outcome(
            text: String(decoding: received, as: UTF8.self), wasClosedByServer: ended, seconds: Date().timeIntervalSince(start))
    }

    /// Reads for `seconds` or to the end of the stream; whether it ended.
    private static func receive(_ descriptor: Int32, into received: inout [UInt8], for seconds: Double) -> Bool {
        let due = Date().addingTimeInterval(seconds)
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            let left = due.timeIntervalSinceNow
            guard left > 0 else { return false }
            var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard Glibc.poll(&poll, 1, Int32(left * 1000) + 1) > 0 else { continue }
            let count = recv(descriptor, &chunk, chunk.count, 0)
            guard count > 0 else { return true }
            received.append(contentsOf: chunk.prefix(count))
        }
    }

    private static func connectTCP(_ port: Int) -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        _ = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        return descriptor
    }

    private static func connectUnix(_ path: String) -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8.prefix($0.count - 1))) }
        _ = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        return descriptor
    }
}
