import Hummingbird

/// What a listener serves: Hummingbird's router, and whole subtrees of paths beside it; before them, what every request passes.
///
/// The router takes a path apart character by character for every pattern that it tries, some 20 µs for a URL with an identifier in it. Who has
/// many such URLs, and reads them anyway, takes all that lies below a prefix. Its middlewares are five suspensions each.
package struct ListenerRoutes {
    package typealias Front = any RouterMiddleware<TransportContext>
    package typealias Handler = @Sendable (Request, TransportContext) async throws -> Response

    package let router: Router<TransportContext>
    private let front: Front?
    private var subtrees: [ListenerResponder.Subtree] = []

    /// - Parameter front: what every request passes, those that nothing serves too.
    package init(_ router: Router<TransportContext> = Router(context: TransportContext.self), behind front: Front? = nil) {
        self.router = router
        self.front = front
    }

    /// - Parameters:
    ///   - prefix: of a path, with the slash at its end.
    ///   - handler: for every method.
    package mutating func serve(below prefix: String, _ handler: @escaping Handler) {
        subtrees.append(ListenerResponder.Subtree(prefix: prefix, handler: handler))
    }

    package func responder() -> ListenerResponder {
        ListenerResponder(front: front, subtrees: subtrees, router: router.buildResponder())
    }
}

package struct ListenerResponder: HTTPResponder {
    struct Subtree {
        let prefix: String
        let handler: ListenerRoutes.Handler
    }

    let front: ListenerRoutes.Front?
    let subtrees: [Subtree]
    let router: RouterResponder<TransportContext>

    package func respond(to request: Request, context: TransportContext) async throws -> Response {
        guard let front else { return try await serve(request, context) }
        return try await front.handle(request, context: context) { request, context in try await serve(request, context) }
    }

    private func serve(_ request: Request, _ context: TransportContext) async throws -> Response {
        let path = request.path
        guard let subtree = subtrees.first(where: { path.hasPrefix($0.prefix) }) else {
            return try await router.respond(to: request, context: context)
        }
        do {
            return try await subtree.handler(request, context)
        } catch let error as any HTTPResponseError {
            return try error.response(from: request, context: context)
        }
    }
}
