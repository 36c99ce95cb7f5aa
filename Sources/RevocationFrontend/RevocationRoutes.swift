import EnrollmentCore
import Foundation
import HTTPTransport
import HTTPTypes
import Hummingbird

/// Where an MDM or another service asks for revocations: `POST /revocation/ENDPOINT`, over TLS only, with HTTP Basic or a bearer token.
package struct RevocationRoutes: Sendable {
    private static let maxBody = 64 * 1024
    private let catalog: Catalog
    private let desk: RevocationDesk
    private let transactions: TransactionLog
    private let surroundings: Surroundings

    package init(services: EnrollmentServices) {
        catalog = services.catalog
        desk = services.revocation
        transactions = services.transactions
        surroundings = services.surroundings
    }

    package func register(on router: Router<TransportContext>) {
        router.post("/revocation/*") { request, context in await answer(request, context, endpoint: request.pathComponent(1) ?? "") }
    }

    private func answer(_ request: Request, _ context: TransportContext, endpoint name: String) async -> Response {
        do throws(Refusal) {
            // A token in the clear would be anybody's: without TLS there is nothing here.
            guard context.isTLS else { throw Refusal(.unknownEndpoint, at: .decode, detail: "a revocation was asked for without TLS") }
            let endpoint = try catalog.openEndpoint(named: name)
            guard endpoint.protocolName.isReachable else {
                throw Refusal(.unknownEndpoint, at: .decode, detail: "no network reaches \(endpoint.name)")
            }
            let body = (try? context.body(upTo: Self.maxBody)) ?? []
            let arrival = Arrival(
                endpoint: endpoint.name, binding: endpoint.bindings.first?.name ?? "default", operation: "revoke",
                peer: context.peerAddress,
                userAgent: request.userAgent, instant: surroundings.now, raw: body)
            let reply = try await RevocationReply(
                of: body, credentials: request.revoker, arrival: arrival, desk, transactions, surroundings)
            return .json(.ok, reply.body)
        } catch {
            var headers: HTTPFields = [:]
            if let seconds = RevocationRefusals.retryAfter(error.code) { headers = headers.retryAfter(.seconds(seconds)) }
            if error.code == .unauthenticated { headers[.wwwAuthenticate] = "Basic realm=\"revocation\", Bearer" }
            return .json(.init(code: RevocationRefusals.status(of: error.code)), RevocationReply.body(of: error), headers)
        }
    }
}

extension Request {
    /// Name and token: by HTTP Basic, or as `Authorization: Bearer NAME:TOKEN`. None where there are none.
    fileprivate var revoker: [RevokerCredential] {
        if let (name, token) = basicCredentials { return [RevokerCredential(name: name, token: token)] }
        guard let value = headers[.authorization], value.utf8.count <= 4096, value.lowercased().hasPrefix("bearer ") else { return [] }
        let parts = value.dropFirst(7).split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2, let name = parts.first, let token = parts.last else { return [] }
        return [RevokerCredential(name: name.trimmingCharacters(in: .whitespaces), token: token.trimmingCharacters(in: .whitespaces))]
    }
}

extension Response {
    fileprivate static func json(_ status: HTTPResponse.Status, _ body: [UInt8], _ headers: HTTPFields = [:]) -> Response {
        var headers = headers
        headers[.cacheControl] = "no-store"
        return Response(status: status, contentType: "application/json", body: body, headers: headers)
    }
}
