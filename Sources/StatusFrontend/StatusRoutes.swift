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

    package init(generations: GenerationStore, lists: RevocationLists, responder: OCSPResponder, surroundings: Surroundings) {
        documents = StatusDocuments(generations: generations, lists: lists, surroundings: surroundings)
        self.responder = responder
    }

    package func register(on router: Router<TransportContext>) {
        let documents = documents
        get("/crl/:name", router) { try await documents.revocationList($0) }
        get("/ca/chain.pem", router) { _ in try await documents.chain() }
        get("/ca/:name", router) { try await documents.certificate($0) }
        get("/relying-party.pem", router) { _ in try await documents.relyingPartyBundle() }
        router.post("/ocsp") { request, _ -> Response in
            let body = try await request.bodyBytes(upTo: 64 * 1024)
            return Self.response(await responder.answer(body), isCacheable: false, request)
        }
        router.get("/ocsp/**") { request, _ -> Response in
            guard let body = Self.ocspRequest(inPath: request.uri.path) else {
                return .plain(.badRequest, "the path does not hold a base64 OCSP request")
            }
            return Self.response(await responder.answer(body), isCacheable: true, request)
        }
    }

    private func get(
        _ path: RouterPath, _ router: Router<TransportContext>, _ find: @escaping @Sendable (String) async throws -> StatusDocument?
    ) {
        for method in [HTTPRequest.Method.get, .head] {
            router.on(path, method: method) { request, context -> Response in
                do {
                    guard let document = try await find(context.parameters.get("name") ?? "") else { return .plain(.notFound, "not found") }
                    return Self.response(document, request)
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

    private static func response(_ answer: OCSPResponder.Answer, isCacheable: Bool, _ request: Request) -> Response {
        response(
            StatusDocument(contentType: "application/ocsp-response", body: answer.der, maxAge: isCacheable ? answer.maxAge : 0), request)
    }

    private static func response(_ document: StatusDocument, _ request: Request) -> Response {
        var headers: HTTPFields = [.cacheControl: document.cacheControl]
        if document.maxAge > 0 {
            headers[.eTag] = document.entityTag
            if let condition = request.headers[.ifNoneMatch], document.matches(condition) { return .empty(.notModified, headers: headers) }
        }
        let response = Response(status: .ok, contentType: document.contentType, body: document.body, headers: headers)
        return request.method == .head ? response.createHeadResponse() : response
    }
}
