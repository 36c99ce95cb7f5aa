import HTTPTransport
import TestSupport
import Testing

@Suite struct HostileConnectionTests {
    @Test("Garbage is answered 400 or closed, and the listener goes on serving")
    func garbage() async throws {
        let limits = HTTPLimits(requestDeadline: .seconds(1), idleTimeout: .seconds(1))
        try await RunningListener.serve(limits: limits) { port, _ in
            let pieces = [
                "\u{0}\u{1}\u{2}\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n", "GET /hello HTTP/1.1\r\n Host: a\r\n\r\n",
                "GET http://[bad HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
            ]
            for piece in pieces {
                let outcome = await RawConnection.talk(port: port, [piece])
                #expect(outcome.wasClosedByServer, "\(piece.prefix(40))")
                #expect(!outcome.text.contains("200 OK"), "\(piece.prefix(40))")
            }
            let fine = await RawConnection.talk(port: port, ["GET /hello HTTP/1.0\r\n\r\n"])
            #expect(fine.text.contains("200 OK"))
        }
    }

    @Test("Plain HTTP at a TLS listener is closed, and the listener goes on serving")
    func plainAtTLS() async throws {
        let material = try await TLSMaterial()
        try await RunningListener.serve(tls: material.identity("server")) { port, _ in
            let outcome = await RawConnection.talk(port: port, ["GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"])
            #expect(outcome.wasClosedByServer)
            let text = try await material.curl(port, "hello")
            #expect(text == "hello 127.0.0.1")
        }
    }

    @Test("Connections beyond the limit wait until one closes")
    func connectionLimit() async throws {
        try await RunningListener.serve(limits: HTTPLimits(maxConnections: 2)) { port, _ in
            let request = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"
            async let first = RawConnection.talk(port: port, [request], patience: 1)
            async let second = RawConnection.talk(port: port, [request], patience: 1)
            try await Task.sleep(for: .milliseconds(200))
            let third = await RawConnection.talk(port: port, ["GET /hello HTTP/1.0\r\n\r\n"])
            #expect(third.text.contains("200 OK"))
            #expect(third.seconds > 0.4)
            let both = await (first, second)
            #expect(both.0.text.contains("200 OK") && both.1.text.contains("200 OK"))
        }
    }
}
