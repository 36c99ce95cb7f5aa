import Foundation
import HTTPTransport
import NIOCore
import TestSupport
import Testing

@Suite struct RequestGuardTests {
    @Test("An HTTP/1.0 request is answered and the connection closed at once")
    func http10() async throws {
        try await RunningListener.serve { port, _ in
            for header in ["", "Connection: keep-alive\r\n"] {
                let outcome = await RawConnection.talk(port: port, ["GET /hello HTTP/1.0\r\n\(header)\r\n"])
                #expect(outcome.text.hasPrefix("HTTP/1.1 200 OK\r\n"))
                #expect(outcome.text.contains("Connection: close\r\n"))
                #expect(outcome.text.contains("Content-Type: application/x-exact\r\n"))
                #expect(outcome.text.hasSuffix("\r\n\r\nhello 127.0.0.1"))
                #expect(outcome.wasClosedByServer && outcome.seconds < 2)
            }
        }
    }

    @Test("An HTTP/1.0 client receives a large answer to its last byte")
    func http10Large() async throws {
        try await RunningListener.serve { port, _ in
            let outcome = await RawConnection.talk(port: port, ["GET /big HTTP/1.0\r\n\r\n"], patience: 20)
            #expect(outcome.wasClosedByServer)
            #expect(outcome.text.utf8.count > 8 << 20)
        }
    }

    @Test("An HTTP/1.0 request with a body is read to its end")
    func http10Post() async throws {
        try await RunningListener.serve { port, _ in
            let outcome = await RawConnection.talk(
                port: port, ["POST /echo HTTP/1.0\r\nContent-Length: 10\r\n\r\n", "01234", "56789"], pause: 0.1)
            #expect(outcome.text.hasSuffix("\r\n\r\n0123456789"))
            #expect(outcome.wasClosedByServer)
        }
    }

    @Test("An HTTP/1.1 request without Host, or with two, is answered 400")
    func missingHost() async throws {
        try await RunningListener.serve { port, _ in
            for hosts in ["", "Host: a\r\nHost: b\r\n"] {
                let outcome = await RawConnection.talk(port: port, ["GET /hello HTTP/1.1\r\n\(hosts)\r\n"])
                #expect(outcome.text.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
                #expect(outcome.wasClosedByServer)
            }
        }
    }

    @Test("A connection is kept alive and pipelined requests are answered in order, a bad one last")
    func pipelining() async throws {
        try await RunningListener.serve { port, _ in
            let one = "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n"
            let outcome = await RawConnection.talk(
                port: port, [one + "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n" + "GET /hello HTTP/1.1\r\n\r\n"])
            #expect(outcome.count(of: "HTTP/1.1 200 OK") == 2)
            #expect(outcome.count(of: "HTTP/1.1 400") == 1)
            let order = outcome.text.components(separatedBy: "HTTP/1.1 ").dropFirst().map { $0.prefix(3) }
            #expect(order == ["200", "200", "400"])
            #expect(outcome.text.contains("slept"))
        }
    }

    @Test("A body dripped past the whole-request deadline is answered 408")
    func drip() async throws {
        try await RunningListener.serve(limits: HTTPLimits(requestDeadline: .seconds(1))) { port, _ in
            let pieces = ["POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n"] + Array(repeating: "x", count: 40)
            let outcome = await RawConnection.talk(port: port, pieces, pause: 0.1)
            #expect(outcome.text.hasPrefix("HTTP/1.1 408"))
            #expect(outcome.wasClosedByServer)
            #expect(outcome.seconds > 0.8 && outcome.seconds < 4)
        }
    }

    @Test("A head dripped, or a connection without a request, is closed at the deadline")
    func slowHead() async throws {
        try await RunningListener.serve(limits: HTTPLimits(requestDeadline: .seconds(1), idleTimeout: .seconds(1))) { port, _ in
            let pieces = ["GET /hello HTTP/1.1\r\n"] + (0..<40).map { "X-\($0): y\r\n" }
            let outcome = await RawConnection.talk(port: port, pieces, pause: 0.1)
            #expect(outcome.wasClosedByServer && outcome.seconds < 4)
            let silent = await RawConnection.talk(port: port, [])
            #expect(silent.wasClosedByServer && silent.seconds < 4)
        }
    }

    @Test("A slow handler is answered 503 at the deadline")
    func slowHandler() async throws {
        try await RunningListener.serve(limits: HTTPLimits(requestDeadline: .milliseconds(200))) { port, _ in
            let outcome = await RawConnection.talk(port: port, ["GET /slow HTTP/1.1\r\nHost: a\r\n\r\n"])
            #expect(outcome.text.hasPrefix("HTTP/1.1 503"))
            #expect(outcome.count(of: "HTTP/1.1") == 1)
            #expect(outcome.wasClosedByServer)
        }
    }

    @Test("A body beyond the limit is answered 413, announced or chunked")
    func largeBody() async throws {
        try await RunningListener.serve(limits: HTTPLimits(maxBody: 1000)) { port, _ in
            let head = "POST /echo HTTP/1.1\r\nHost: a\r\n"
            let announced = await RawConnection.talk(port: port, [head + "Content-Length: 1001\r\n\r\n"])
            #expect(announced.text.hasPrefix("HTTP/1.1 413"))
            #expect(announced.wasClosedByServer)
            let chunk = "200\r\n" + String(repeating: "x", count: 0x200) + "\r\n"
            let chunked = await RawConnection.talk(
                port: port, [head + "Transfer-Encoding: chunked\r\n\r\n", chunk, chunk, chunk, chunk], pause: 0.05)
            #expect(chunked.text.hasPrefix("HTTP/1.1 413"))
            #expect(chunked.count(of: "HTTP/1.1") == 1)
            #expect(chunked.wasClosedByServer)
            let fits = await RawConnection.talk(
                port: port, [head + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n" + chunk + "0\r\n\r\n"])
            #expect(fits.text.hasPrefix("HTTP/1.1 200"))
        }
    }

    @Test("A 64 KiB request target passes, headers beyond the limit are refused")
    func headerLimits() async throws {
        try await RunningListener.serve { port, _ in
            let target = "/hello?message=" + String(repeating: "A", count: 65536)
            let long = await RawConnection.talk(port: port, ["GET \(target) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"])
            #expect(long.text.hasPrefix("HTTP/1.1 200"))
            let field = "X: " + String(repeating: "A", count: 100_000) + "\r\n"
            let large = await RawConnection.talk(port: port, ["GET /hello HTTP/1.1\r\nHost: a\r\n\(field)\r\n"], patience: 3)
            #expect(large.text.hasPrefix("HTTP/1.1 400"))
            let many = (0..<200).map { "X-\($0): y\r\n" }.joined()
            let crowded = await RawConnection.talk(port: port, ["GET /hello HTTP/1.1\r\nHost: a\r\n\(many)\r\n"], patience: 3)
            #expect(crowded.text.hasPrefix("HTTP/1.1 400"))
        }
    }

    @Test("Expect: 100-continue is answered before the body")
    func expectContinue() async throws {
        try await RunningListener.serve { port, _ in
            let head = "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Length: 2\r\n\r\n"
            let outcome = await RawConnection.talk(port: port, [head, "ok"], pause: 0.2)
            #expect(outcome.text.hasPrefix("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"))
            #expect(outcome.text.hasSuffix("ok"))
        }
    }

    @Test("Graceful shutdown lets a request finish and closes idle connections")
    func shutdown() async throws {
        try await RunningListener.serve { port, group in
            async let idle = RawConnection.talk(port: port, ["GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"])
            async let busy = RawConnection.talk(port: port, ["GET /slow HTTP/1.1\r\nHost: a\r\n\r\n"])
            try await Task.sleep(for: .milliseconds(300))
            await group.triggerGracefulShutdown()
            let (first, second) = await (idle, busy)
            #expect(first.wasClosedByServer && first.text.contains("200 OK"))
            #expect(second.wasClosedByServer && second.text.contains("slept"))
        }
    }

    @Test("A Unix domain socket is private and tells the user at the other end")
    func unixSocket() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("admin.sock")
        try await RunningListener.serve(address: ListenAddress(unixSocket: path)) { _, _ in
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect((attributes[.posixPermissions] as? Int ?? 0) & 0o077 == 0)
            let outcome = await RawConnection.talk(
                socket: path, ["GET /user HTTP/1.1\r\nHost: a\r\nAuthorization: basic dTpww6Q6eA==\r\nConnection: close\r\n\r\n"])
            #expect(outcome.text.contains("uid \(getuid()), basic pä:x"))
        }
    }
}
