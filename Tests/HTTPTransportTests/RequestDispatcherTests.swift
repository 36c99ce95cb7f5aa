import Foundation
import HTTPTransport
import Hummingbird
import NIOCore
import Synchronization
import TestSupport
import Testing

@Suite struct RequestDispatcherTests {
    private static func post(_ body: String, _ more: String = "") -> String {
        "POST /echo HTTP/1.1\r\nHost: a\r\n\(more)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    /// The bodies of responses in the order of their arrival; each body is one line.
    private static func lines(_ outcome: RawConnection.Outcome) -> [String] {
        outcome.text.components(separatedBy: "HTTP/1.1 ").dropFirst().map { $0.components(separatedBy: "\r\n\r\n").last ?? "" }
    }

    @Test("Many pipelined requests with bodies are answered in their order, each with its own body")
    func pipelinedBodies() async throws {
        try await RunningListener.serve { port, _ in
            let bodies = (0..<200).map { "number \($0)" }
            let requests = bodies.dropLast().map { Self.post($0) } + [Self.post("number 199", "Connection: close\r\n")]
            let outcome = await RawConnection.talk(port: port, [requests.joined()])
            #expect(Self.lines(outcome) == bodies)
            #expect(outcome.wasClosedByServer)
        }
    }

    @Test("Pipelined requests with large answers wait for the client to read, and all arrive")
    func pipelinedLargeAnswers() async throws {
        try await RunningListener.serve { port, _ in
            let request = "GET /big HTTP/1.1\r\nHost: a\r\n"
            let outcome = await RawConnection.talk(
                port: port, [request + "\r\n" + request + "\r\n" + request + "Connection: close\r\n\r\n"], patience: 30)
            #expect(outcome.wasClosedByServer)
            #expect(outcome.count(of: "HTTP/1.1 200 OK") == 3)
            #expect(outcome.text.utf8.count > 3 * 8 << 20)
        }
    }

    @Test("One request after another is at work, never two of one connection")
    func oneAtATime() async throws {
        let atWork = Mutex((now: 0, most: 0))
        try await RunningListener.serve(
            routes: { router in
                router.get("work") { _, _ in
                    atWork.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
                    try await Task.sleep(for: .milliseconds(20))
                    atWork.withLock { $0.now -= 1 }
                    return Response.plain(.ok, "done")
                }
            },
            body: { port, _ in
                let outcome = await RawConnection.talk(
                    port: port, [String(repeating: "GET /work HTTP/1.1\r\nHost: a\r\n\r\n", count: 5)], patience: 10, closesItsSide: true)
                #expect(outcome.count(of: "done") == 5)
                #expect(outcome.wasClosedByServer)
            })
        #expect(atWork.withLock { $0.most } == 1)
    }

    @Test("A client that closes its side gets its answers, large ones too, and then the end")
    func halfClose() async throws {
        try await RunningListener.serve { port, _ in
            for (path, bytes) in [("slow", 5), ("big", 8 << 20)] {
                let outcome = await RawConnection.talk(
                    port: port, ["GET /\(path) HTTP/1.1\r\nHost: a\r\n\r\n"], patience: 20, closesItsSide: true)
                #expect(outcome.text.hasPrefix("HTTP/1.1 200 OK\r\n"))
                #expect(outcome.text.utf8.count > bytes)
                #expect(outcome.wasClosedByServer)
            }
        }
    }

    @Test("A client that closes its side in the middle of a request is not kept waiting")
    func halfRequest() async throws {
        try await RunningListener.serve { port, _ in
            let outcome = await RawConnection.talk(
                port: port, ["POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n01234"], closesItsSide: true)
            #expect(outcome.wasClosedByServer && outcome.seconds < 4)
            #expect(!outcome.text.contains("200 OK"))
        }
    }

    @Test("A route whose client is gone runs to its end, and the listener goes on serving")
    func clientGone() async throws {
        let (ends, ended) = AsyncStream.makeStream(of: Bool.self)
        try await RunningListener.serve(
            routes: { router in
                router.get("work") { _, _ in
                    try? await Task.sleep(for: .milliseconds(300))
                    ended.yield(!Task.isCancelled)
                    return Response.plain(.ok, "nobody reads this")
                }
            },
            body: { port, _ in
                let gone = await RawConnection.talk(port: port, ["GET /work HTTP/1.1\r\nHost: a\r\n\r\n"], patience: 0.05)
                #expect(gone.text.isEmpty)
                var iterator = ends.makeAsyncIterator()
                let wasLeftAlone = await iterator.next()
                #expect(wasLeftAlone == true)
                let next = await RawConnection.talk(port: port, ["GET /hello HTTP/1.0\r\n\r\n"])
                #expect(next.text.contains("200 OK"))
            })
    }

    @Test("An answer that is made piece by piece goes out as it comes, in chunks, and waits for its reader")
    func streamed() async throws {
        let written = Mutex(0)
        try await RunningListener.serve(
            routes: { router in
                router.get("stream") { _, _ in
                    Response(
                        status: .ok,
                        body: ResponseBody { writer in
                            for _ in 0..<256 {
                                try await writer.write(ByteBuffer(repeating: 0x61, count: 65536))
                                written.withLock { $0 += 1 }
                            }
                            try await writer.finish(nil)
                        })
                }
            },
            body: { port, _ in
                let request = "GET /stream HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                let gone = await RawConnection.talk(port: port, [request], patience: 0)
                #expect(!gone.wasClosedByServer)
                let outcome = await RawConnection.talk(port: port, [request], patience: 30)
                #expect(outcome.text.contains("Transfer-Encoding: chunked\r\n") || outcome.text.contains("transfer-encoding: chunked\r\n"))
                #expect(outcome.text.hasSuffix("\r\n0\r\n\r\n"))
                #expect(outcome.text.utf8.count > 16 << 20)
                #expect(outcome.wasClosedByServer)
            })
        #expect(written.withLock { $0 } >= 256)
    }

    @Test("The first piece of an answer does not wait for the second, of known length or not")
    func firstPiece() async throws {
        try await RunningListener.serve(
            routes: { router in
                for length in [nil, 2] {
                    router.get("pieces-\(length ?? 0)") { _, _ in
                        Response(
                            status: .ok,
                            body: ResponseBody(contentLength: length) { writer in
                                try await writer.write(ByteBuffer(string: "x"))
                                try await Task.sleep(for: .seconds(8))
                            })
                    }
                }
            },
            body: { port, _ in
                async let unknown = RawConnection.talk(port: port, ["GET /pieces-0 HTTP/1.1\r\nHost: a\r\n\r\n"], patience: 4)
                async let known = RawConnection.talk(port: port, ["GET /pieces-2 HTTP/1.1\r\nHost: a\r\n\r\n"], patience: 4)
                for outcome in await [unknown, known] {
                    #expect(outcome.text.contains("200 OK") && outcome.text.contains("x"))
                    #expect(!outcome.wasClosedByServer)
                }
            })
    }

    @Test("An answer that breaks off ends the connection, without an end that would make it look whole")
    func brokenOff() async throws {
        try await RunningListener.serve(
            routes: { router in
                router.get("broken") { _, _ in
                    Response(
                        status: .ok,
                        body: ResponseBody { writer in
                            try await writer.write(ByteBuffer(string: "half"))
                            throw HTTPError(.internalServerError)
                        })
                }
            },
            body: { port, _ in
                let outcome = await RawConnection.talk(port: port, ["GET /broken HTTP/1.1\r\nHost: a\r\n\r\n"])
                #expect(outcome.wasClosedByServer)
                #expect(outcome.text.hasSuffix("\r\n4\r\nhalf\r\n"))
            })
    }

    @Test("What a route throws and does not explain is answered 500, and the connection stays")
    func thrown() async throws {
        try await RunningListener.serve(
            routes: { router in router.get("throws") { _, _ -> Response in throw CommandFailure("not for clients") } },
            body: { port, _ in
                let outcome = await RawConnection.talk(
                    port: port, ["GET /throws HTTP/1.1\r\nHost: a\r\n\r\nGET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"])
                #expect(outcome.text.hasPrefix("HTTP/1.1 500 Internal Server Error\r\n"))
                #expect(outcome.count(of: "HTTP/1.1 200 OK") == 1)
                #expect(!outcome.text.contains("not for clients"))
            })
    }

    @Test("A request body in chunks arrives whole, whatever its pieces")
    func chunked() async throws {
        try await RunningListener.serve { port, _ in
            let chunk = "400\r\n" + String(repeating: "x", count: 0x400) + "\r\n"
            let outcome = await RawConnection.talk(
                port: port,
                [
                    "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk, chunk + "5", "\r\nab", "cde\r\n0\r\n",
                    "Trailer: ignored\r\n\r\n" + Self.post("next", "Connection: close\r\n"),
                ], pause: 0.02)
            #expect(Self.lines(outcome) == [String(repeating: "x", count: 0x800) + "abcde", "next"])
            #expect(outcome.text.contains("Content-Length: 2053\r\n"))
        }
    }

    @Test("HEAD has the head of GET, without the body, and the next request is answered")
    func head() async throws {
        try await RunningListener.serve(
            routes: { router in
                router.on("page", method: .head) { _, _ in Response.plain(.ok, "12345") }
            },
            body: { port, _ in
                let outcome = await RawConnection.talk(
                    port: port,
                    [
                        "HEAD /page HTTP/1.1\r\nHost: a\r\n\r\nHEAD /nowhere HTTP/1.1\r\nHost: a\r\n\r\n"
                            + "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                    ])
                let parts = outcome.text.components(separatedBy: "HTTP/1.1 ").dropFirst()
                #expect(parts.map { $0.prefix(3) } == ["200", "404", "200"])
                #expect(parts.first?.contains("Content-Length: 6\r\n") == true)
                #expect(parts.first?.hasSuffix("\r\n\r\n") == true)
                #expect(!outcome.text.contains("12345"))
                #expect(parts.last?.hasSuffix("hello 127.0.0.1") == true)
            })
    }

    @Test("Requests after Connection: close are not answered")
    func afterClose() async throws {
        try await RunningListener.serve { port, _ in
            let outcome = await RawConnection.talk(
                port: port, ["GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n"])
            #expect(outcome.count(of: "HTTP/1.1 200 OK") == 1)
            #expect(outcome.wasClosedByServer)
        }
    }

    @Test("What is not HTTP after a request is answered 400, after the request's own answer")
    func garbageBehind() async throws {
        try await RunningListener.serve { port, _ in
            let outcome = await RawConnection.talk(port: port, ["GET /slow HTTP/1.1\r\nHost: a\r\n\r\n\u{1}\u{2}\r\n\r\n"])
            let order = outcome.text.components(separatedBy: "HTTP/1.1 ").dropFirst().map { $0.prefix(3) }
            #expect(order == ["200", "400"])
            #expect(outcome.text.contains("slept"))
            #expect(outcome.wasClosedByServer)
        }
    }

    @Test("An idle connection is closed, one whose request is at work is not")
    func idle() async throws {
        try await RunningListener.serve(limits: HTTPLimits(idleTimeout: .milliseconds(300))) { port, _ in
            let outcome = await RawConnection.talk(port: port, ["GET /slow HTTP/1.1\r\nHost: a\r\n\r\n"])
            #expect(outcome.text.contains("slept"))
            #expect(outcome.wasClosedByServer && outcome.seconds < 4)
            let stalled = await RawConnection.talk(port: port, ["POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n01234"])
            #expect(stalled.wasClosedByServer && stalled.seconds < 4)
        }
    }

    @Test("Responses carry the date once")
    func date() async throws {
        try await RunningListener.serve { port, _ in
            let outcome = await RawConnection.talk(port: port, ["GET /hello HTTP/1.0\r\n\r\n"])
            let dates = outcome.text.components(separatedBy: "\r\n").filter { $0.lowercased().hasPrefix("date: ") }
            #expect(dates.count == 1)
            #expect(dates.first?.hasSuffix(" GMT") == true)
        }
    }

    @Test("Routes of a Unix socket, which run beside the loop, stream and answer alike")
    func besideTheLoop() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("admin.sock")
        try await RunningListener.serve(
            address: ListenAddress(unixSocket: path),
            routes: { router in
                router.get("stream") { _, _ in
                    Response(
                        status: .ok,
                        body: ResponseBody(contentLength: 6) { writer in
                            for piece in ["abc", "def"] { try await writer.write(ByteBuffer(string: piece)) }
                            try await writer.finish(nil)
                        })
                }
            },
            body: { _, _ in
                let outcome = await RawConnection.talk(
                    socket: path,
                    [
                        "GET /stream HTTP/1.1\r\nHost: a\r\n\r\nPOST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"
                    ])
                #expect(Self.lines(outcome) == ["abcdef", "ok"])
                #expect(outcome.wasClosedByServer)
            })
    }
}
