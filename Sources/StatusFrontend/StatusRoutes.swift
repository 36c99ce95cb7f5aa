import EnrollmentCore
import Foundation
import HTTPTransport
import HTTPTypes
import Hummingbird
import NIOCore

/// What relying parties read: CRLs, CA certificates, their bundle, and OCSP. Read-only; may run alone.
package struct StatusRoutes: Sendable {
    private let documents: StatusDocuments
    private let responder: OCSPResponder
    /// Seconds; a revocation shows everywhere after that.
    private static let longestAnswerAge = 60

    package init(generations: GenerationStore, lists: RevocationLists, responder: OCSPResponder, surroundings: Surroundings) {
        documents = StatusDocuments(generations: generations, lists: lists, surroundings: surroundings)
        self.responder = responder
    }

    package func register(on router: Router<TransportContext>) {
        let documents = documents
        get("/crl/*", router) { try await documents.revocationList($0) }
        get("/ca/chain.pem", router) { _ in try await documents.chain() }
        get("/ca/*", router) { try await documents.certificate($0) }
        get("/relying-party.pem", router) { _ in try await documents.relyingPartyBundle() }
        router.post("/ocsp") { request, context -> Response in
            self.response(await responder.answer(try context.body(upTo: 64 * 1024)), isCacheable: false, request)
        }
        router.get("/ocsp/**") { request, _ -> Response in
            guard let body = Self.ocspRequest(inPath: request.path) else {
                return .plain(.badRequest, "the path does not hold a base64 OCSP request")
            }
            return self.response(await responder.answer(body), isCacheable: true, request)
        }
    }

    private func get(
        _ path: RouterPath, _ router: Router<TransportContext>, _ find: @escaping @Sendable (String) async throws -> StatusDocument?
    ) {
        for method in [HTTPRequest.Method.get, .head] {
            router.on(path, method: method) { request, context -> Response in
                do {
                    guard let document = try await find(request.pathComponent(1) ?? "") else { return .plain(.notFound, "not found") }
                    return self.response(document, request)
                } catch {
                    context.logger.error("a status document could not be read", metadata: ["error": "\(error)"])
                    return .plain(.serviceUnavailable, "temporarily unavailable", headers: HTTPFields().retryAfter(.seconds(5)))
                }
            }
        }
    }

    /// RFC 6960 appendix A.1: base64, then URL-encoded. The raw path counts: base64 may hold `/` and even `//`.
    private static func ocspRequest(inPath path: String) -> [UInt8]? {
        guard let start = path.range(of: "/ocsp/")?.upperBound, let text = String(path[start...]).removingPercentEncoding else {
            return nil
        }
        let base64 = text.replacingOccurrences(of: " ", with: "+")
        let padding = String(repeating: "=", count: (4 - base64.utf8.count % 4) % 4)
        return Data(base64Encoded: base64 + padding).map { [UInt8]($0) }
    }

    /// The answers to GET may be kept (RFC 5019 §6.2).
    private func response(_ answer: OCSPResponder.Answer, isCacheable: Bool, _ request: Request) -> Response {
        response(
            StatusDocument(
                contentType: "application/ocsp-response", body: answer.der, lastModified: answer.producedAt,
                expires: isCacheable ? answer.nextUpdate : nil, longestAge: Self.longestAnswerAge), request)
    }

    private func response(_ document: StatusDocument, _ request: Request) -> Response {
        let age = document.maxAge(at: documents.surroundings.now)
        var headers = HTTPFields()
        if age > 0 {
            headers[.cacheControl] = "public, max-age=\(age), no-transform, must-revalidate"
            headers[.eTag] = document.entityTag
            if let instant = document.lastModified { headers[.lastModified] = instant.httpText }
            if let instant = document.expires, instant != .distantFuture { headers[.expires] = instant.httpText }
            if let condition = request.headers[.ifNoneMatch], document.matches(condition) { return .empty(.notModified, headers: headers) }
        } else {
            headers[.cacheControl] = "no-store"
        }
        let response = Response(status: .ok, contentType: document.contentType, body: document.body, headers: headers)
        return request.method == .head ? response.createHeadResponse() : response
    }
}
