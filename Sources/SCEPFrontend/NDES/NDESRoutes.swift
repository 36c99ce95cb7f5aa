import EnrollmentCore
import HTTPTransport
import HTTPTypes
import Hummingbird
import PKIFormats

/// Where MDMs fetch a challenge: the password page of NDES, and the hook that Jamf Pro posts to. Over TLS only, with HTTP Basic.
package struct NDESRoutes: Sendable {
    private static let maxBody = 64 * 1024
    private let desk: NDESDesk
    private let options = DecodedOptions(defaults: SCEPOptions())
    private let authority: @Sendable (Endpoint) -> Certificate?

    /// - Parameter authority: the issuing CA's certificate, whose thumbprint the page shows.
    package init(services: EnrollmentServices, authority: @escaping @Sendable (Endpoint) -> Certificate?) {
        desk = NDESDesk(
            catalog: services.catalog, pipeline: services.pipeline, challenges: services.challenges, surroundings: services.surroundings)
        self.authority = authority
    }

    package func register(on router: Router<TransportContext>) {
        for path: RouterPath in ["/certsrv/mscep_admin", "/certsrv/mscep_admin/**"] {
            router.get(path) { request, context in await page(request, context, label: "default") }
        }
        for path: RouterPath in ["/scep/*/mscep_admin", "/scep/*/mscep_admin/**"] {
            router.get(path) { request, context in await page(request, context, label: request.pathComponent(1) ?? "") }
        }
        router.post("/scep/*/challenge") { request, context in await hook(request, context, label: request.pathComponent(1) ?? "") }
    }

    private func page(_ request: Request, _ context: TransportContext, label: String) async -> Response {
        var page = NDESPage(encoding: .utf8)
        do throws(Refusal) {
            let endpoint = try endpoint(label, context)
            let options = try options.options(of: endpoint).ndes
            page = NDESPage(encoding: options.encoding)
            let password = try await desk.password(for: knock(request, context, label, device: nil), at: endpoint, options)
            let thumbprint = authority(endpoint)?.fingerprint(.sha1).hex ?? ""
            return Self.response(
                .ok, page.contentType, page.password(password.secret, thumbprint: thumbprint, minutes: password.minutes))
        } catch {
            switch error.code {
            case .unauthenticated, .badCredential, .notAuthorized:
                return Self.response(.unauthorized, page.contentType, page.noPermission, asksForPassword: true)
            // With the words that scrapers look for, and the status under which they still read them.
            case .rateLimited where error.stage == .authorize: return Self.response(.ok, page.contentType, page.full)
            default: return Self.response(to: error)
            }
        }
    }

    private func hook(_ request: Request, _ context: TransportContext, label: String) async -> Response {
        do throws(Refusal) {
            let endpoint = try endpoint(label, context)
            guard let body = try? context.body(upTo: Self.maxBody), let event = SCEPChallengeEvent(body) else {
                throw Refusal(.malformed, at: .decode, detail: "not a SCEPChallenge event")
            }
            let options = try options.options(of: endpoint)
            let knock = knock(request, context, label, device: options.bindsChallengeToDevice ? event.device : nil)
            let password = try await desk.password(for: knock, at: endpoint, options.ndes)
            return Self.response(.ok, "text/plain", Array(password.secret.utf8))
        } catch {
            return Self.response(to: error)
        }
    }

    /// A password in the clear would be anybody's: without TLS there is nothing here.
    private func endpoint(_ label: String, _ context: TransportContext) throws(Refusal) -> Endpoint {
        guard context.isTLS else { throw Refusal(.unknownEndpoint, at: .decode, detail: "the password page was asked for without TLS") }
        return try desk.catalog.openEndpoint(.scep, label: label)
    }

    private func knock(_ request: Request, _ context: TransportContext, _ label: String, device: String?) -> NDESDesk.Knock {
        NDESDesk.Knock(
            label: label, login: request.basicCredentials, peer: context.peerAddress, userAgent: request.userAgent, device: device
        )
    }

    private static func response(to refusal: Refusal) -> Response {
        let status = SCEPRefusals.status(of: refusal.code)
        let needsLogin = [.unauthenticated, .badCredential].contains(refusal.code)
        return response(
            HTTPResponse.Status(code: needsLogin ? 401 : status), "text/plain; charset=utf-8", Array((refusal.publicText + "\n").utf8),
            asksForPassword: needsLogin)
    }

    private static func response(_ status: HTTPResponse.Status, _ contentType: String, _ body: [UInt8], asksForPassword: Bool = false)
        -> Response
    {
        var headers: HTTPFields = [.cacheControl: "no-store"]
        if asksForPassword { headers[.wwwAuthenticate] = "Basic realm=\"scep\"" }
        return Response(status: status, contentType: contentType, body: body, headers: headers)
    }
}
