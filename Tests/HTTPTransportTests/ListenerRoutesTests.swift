import HTTPTransport
import HTTPTypes
import Hummingbird
import TestSupport
import Testing

@Suite struct ListenerRoutesTests {
    /// Marks every answer.
    private struct Mark: RouterMiddleware {
        func handle(
            _ request: Request, context: TransportContext, next: (Request, TransportContext) async throws -> Response
        ) async throws -> Response {
            var response = try await next(request, context)
            response.headers[.server] = "marked"
            return response
        }
    }

    private let http: InProcessHTTP = {
        let router = Router(context: TransportContext.self)
        router.get("/a/*") { request, _ in Response.plain(.ok, "router \(request.path)") }
        var routes = ListenerRoutes(router, behind: Mark())
        routes.serve(below: "/b/") { request, _ in
            guard request.path != "/b/bad" else { throw HTTPError(.badRequest) }
            return Response.plain(.ok, "subtree \(request.path)")
        }
        return InProcessHTTP(routes)
    }()

    private func ask(_ method: HTTPRequest.Method, _ path: String) async throws -> InProcessHTTP.Answer {
        try await http.send(HTTPRequest(method: method, scheme: "http", authority: "a.test", path: path), facts: ConnectionFacts())
    }

    @Test(
        "What lies below a prefix goes there by any method and however deep, and like all else passes the front",
        arguments: ["b/", "b/c", "b/c//d/e?f=/a/"])
    func below(path: String) async throws {
        for method in [HTTPRequest.Method.get, .put, HTTPRequest.Method("BREW") ?? .trace] {
            let answer = try await ask(method, "/\(path)")
            #expect(answer.status == 200 && answer.headers[.server] == "marked")
            #expect(answer.body == Array("subtree /\(path.prefix { $0 != "?" })\n".utf8))
        }
    }

    @Test("Everything else is the router's, and an HTTP error of the subtree is answered as one of a route")
    func beside() async throws {
        let answer = try await ask(.get, "/a/b")
        #expect(answer.status == 200 && answer.headers[.server] == "marked" && answer.body == Array("router /a/b\n".utf8))
        for path in ["/b", "/bc/", "/a/b/", "//b/c", "/a?/b/"] {
            let answer = try await ask(.post, path)
            #expect(answer.status == 404 && answer.headers[.server] == "marked", "\(path)")
        }
        let bad = try await ask(.get, "/b/bad")
        #expect(bad.status == 400 && bad.headers[.server] == "marked")
    }
}
