import Hummingbird

/// What a listener serves: Hummingbird's router, and whole subtrees of paths beside it.
///
/// The router takes a path apart character by character for every pattern that it tries, some 20 µs for a URL with an identifier in it. Who has
/// many such URLs, and reads them anyway, takes all that lies below a prefix.
package struct ListenerRoutes {
    package typealias Handler = @Sendable (Request, TransportContext) async throws -> Response

    package let router: Router<TransportContext>
    private var subtrees: [ListenerResponder.Subtree] = []

    package init(_ router: Router<TransportContext> = Router(context: TransportContext.self)) { self.router = router }

    /// - Parameters:
    ///   - prefix: of a path, with the slash at its end.
    ///   - handler: for every method; behind the middlewares that the router has by now.
    package mutating func serve(below prefix: String, _ handler: @escaping Handler) {
        let responder = router.middlewares.constructResponder(finalResponder: CallbackResponder(callback: handler))
        subtrees.append(ListenerResponder.Subtree(prefix: prefix, responder: responder))
    }

    package func responder() -> ListenerResponder { ListenerResponder(subtrees: subtrees, router: router.buildResponder()) }
}

package struct ListenerResponder: HTTPResponder {
    struct Subtree {
        let prefix: String
        let responder: any HTTPResponder<TransportContext>
    }

    let subtrees: [Subtree]
    let router: RouterResponder<TransportContext>

    package func respond(to request: Request, context: TransportContext) async throws -> Response {
        let path = request.path
        guard let subtree = subtrees.first(where: { path.hasPrefix($0.prefix) }) else {
            return try await router.respond(to: request, context: context)
        }
        do {
            return try await subtree.responder.respond(to: request, context: context)
        } catch let error as any HTTPResponseError {
            return try error.response(from: request, context: context)
        }
    }
}
