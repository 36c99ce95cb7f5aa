import EnrollmentCore
import Foundation
import HTTPTransport
import HTTPTypes
import Hummingbird
import PKIFormats
import SCEPWire

/// SCEP over HTTP (RFC 8894 §4): `/scep/LABEL` with any path behind it, and the paths that devices have built in.
package struct SCEPRoutes: Sendable {
    private let catalog: Catalog
    private let pipeline: IssuancePipeline
    private let recipients: @Sendable (Endpoint) -> [SCEPRecipient]
    private let surroundings: Surroundings
    private let signers: RegisteredSigners
    private let options = DecodedOptions(defaults: SCEPOptions())

    /// - Parameters:
    ///   - signers: those who enroll others.
    ///   - recipients: the RA certificates of an endpoint, the current one first, then those that clients may still know.
    package init(
        catalog: Catalog, pipeline: IssuancePipeline, surroundings: Surroundings, signers: RegisteredSigners,
        recipients: @escaping @Sendable (Endpoint) -> [SCEPRecipient]
    ) {
        self.catalog = catalog
        self.pipeline = pipeline
        self.surroundings = surroundings
        self.signers = signers
        self.recipients = recipients
    }

    package func register(on router: Router<TransportContext>) {
        for path: RouterPath in ["/scep/:label", "/scep/:label/**"] {
            router.get(path) { request, context in await get(request, context, label: context.parameters.get("label") ?? "") }
            router.post(path) { request, context in try await post(request, context, label: context.parameters.get("label") ?? "") }
        }
        // RFC 8894's own path and that of NDES, which appliances do not let their owner change.
        for path: RouterPath in ["/cgi-bin/pkiclient.exe", "/certsrv/mscep/**"] {
            router.get(path) { request, context in await get(request, context, label: "default") }
            router.post(path) { request, context in try await post(request, context, label: "default") }
        }
    }

    private func get(_ request: Request, _ context: TransportContext, label: String) async -> Response {
        let query = Self.rawQuery(of: request)
        do throws(Refusal) {
            let endpoint = try catalog.openEndpoint(.scep, label: label)
            switch SCEPOperation(query: query) {
            case .getCACaps:
                return Response(status: .ok, contentType: "text/plain", text: SCEPCapabilities.text)
            case .getCACert:
                let recipient = try recipient(of: endpoint)
                let certificates = CACertificates([recipient.certificate] + (try issuers(recipient, endpoint)))
                return Response(status: .ok, contentType: certificates.contentType, body: certificates.body)
            case .getNextCACert:
                throw Refusal(
                    .notFound, at: .decode, publicText: "there is no next CA certificate yet", detail: "GetNextCACert without a next CA")
            case .pkiOperation:
                return await pkiOperation(endpoint, request, context) { () throws(FormatError) in try SCEPTransport.message(query: query) }
            case nil:
                throw Refusal(.unsupportedOperation, at: .decode, detail: "the query names no operation of SCEP")
            }
        } catch {
            return await refuse(error, operation: "GET", label: label, request, context)
        }
    }

    /// A POST can only be a PKIOperation, whatever its query and its content type say.
    private func post(_ request: Request, _ context: TransportContext, label: String) async throws -> Response {
        let body = try await request.bodyBytes(upTo: SCEPTransport.maximumBody)
        do throws(Refusal) {
            let endpoint = try catalog.openEndpoint(.scep, label: label)
            return await pkiOperation(endpoint, request, context) { () throws(FormatError) in try SCEPTransport.message(body: body) }
        } catch {
            return await refuse(error, operation: "POST", label: label, request, context)
        }
    }

    private func pkiOperation(
        _ endpoint: Endpoint, _ request: Request, _ context: TransportContext, message decode: () throws(FormatError) -> [UInt8]
    ) async -> Response {
        do throws(Refusal) {
            let reply = try await answer(endpoint, request, context, message: decode)
            return Response(status: .ok, contentType: "application/x-pki-message", body: reply, headers: [.cacheControl: "no-store"])
        } catch {
            return Self.response(to: error)
        }
    }
}

extension SCEPRoutes {
    /// One pkiMessage from its bytes to the signed reply. Thrown is only what HTTP alone can answer.
    private func answer(
        _ endpoint: Endpoint, _ request: Request, _ context: TransportContext, message decode: () throws(FormatError) -> [UInt8]
    ) async throws(Refusal) -> [UInt8] {
        let undecoded = arrival(endpoint.name, operation: SCEPOperation.pkiOperation.rawValue, request, context)
        var raw: [UInt8] = []
        let message: SCEPMessage
        do {
            raw = try decode()
            message = try SCEPMessage(ber: raw)
        } catch {
            let refusal = Refusal(.malformed, at: .decode, detail: "\(error)")
            await pipeline.refuse(refusal, arrival: undecoded.keeping(raw))
            throw refusal
        }
        let encoder = SCEPReplyEncoder(
            recipient: try recipient(of: endpoint), options: try options.options(of: endpoint), surroundings: surroundings)
        let arrival = arrival(endpoint.name, operation: message.typeName, message: message, request, context).keeping(raw)
        do throws(Refusal) {
            let decoder = SCEPRequestDecoder(recipients: recipients(endpoint)) { [signers] in
                signers.find($0, endpoint: endpoint.name) != nil
            }
            let screened = try await recorded(arrival) { () throws(Refusal) in try decoder.screen(message) }
            return try await encoder.encode(outcome(of: screened, decoder, arrival), to: screened)
        } catch {
            return try await encoder.encode(error, to: message)
        }
    }

    private func outcome(
        of screened: SCEPRequestDecoder.Screened, _ decoder: SCEPRequestDecoder, _ arrival: Arrival
    ) async throws(Refusal) -> Outcome {
        switch screened.kind {
        case .poll:
            return try await recorded(arrival) { () async throws(Refusal) in
                try await pipeline.poll(endpoint: arrival.endpoint, exchangeID: arrival.exchangeID)
            }
        case .enrollment, .renewal:
            let id = RequestID(in: surroundings)
            return try await pipeline.process(
                recorded(arrival) { () async throws(Refusal) in try await decoder.read(screened, arrival: arrival, id: id) })
        }
    }

    /// Runs a step before or beside the pipeline, whose refusals the pipeline would not write into the trail by itself.
    private func recorded<T>(_ arrival: Arrival, _ step: () async throws(Refusal) -> T) async throws(Refusal) -> T {
        do {
            return try await step()
        } catch {
            await pipeline.refuse(error, arrival: arrival)
            throw error
        }
    }

    private func recipient(of endpoint: Endpoint) throws(Refusal) -> SCEPRecipient {
        guard let current = recipients(endpoint).first else {
            throw Refusal(
                .internalFault, at: .decode, detail: "endpoint '\(endpoint.name)' has no RA certificate",
                advice: "`muster doctor` checks the keys")
        }
        return current
    }

    /// With or without the root: some clients need it, others take it for their issuer at renewal.
    private func issuers(_ recipient: SCEPRecipient, _ endpoint: Endpoint) throws(Refusal) -> [Certificate] {
        let sendsRoot = try options.options(of: endpoint).sendRoot
        return recipient.issuers.filter { sendsRoot || !$0.isSelfSigned }
    }

    private func arrival(
        _ endpoint: String, operation: String, message: SCEPMessage? = nil, _ request: Request, _ context: TransportContext
    ) -> Arrival {
        Arrival(
            endpoint: endpoint, binding: "default", operation: operation, peer: context.peerAddress, userAgent: request.headers[.userAgent],
            exchangeID: message.map(SCEPRequestDecoder.exchangeID) ?? [], retryID: message.map(SCEPRequestDecoder.retryID),
            transactionID: message?.attributes.transactionID.text, instant: surroundings.now)
    }

    /// Into the trail goes only as much of an unknown label as no terminal minds.
    private func refuse(_ refusal: Refusal, operation: String, label: String, _ request: Request, _ context: TransportContext) async
        -> Response
    {
        let shown = label.filter { $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) }.prefix(60)
        await pipeline.refuse(refusal, arrival: arrival("scep/\(shown)", operation: operation, request, context))
        return Self.response(to: refusal)
    }

    /// The HTTP answer where no CertRep can be formed.
    private static func response(to refusal: Refusal) -> Response {
        switch SCEPRefusals.answer(to: refusal.code) {
        case .certRep(_, _, let status):
            return .plain(HTTPResponse.Status(code: status), refusal.publicText)
        case .http(let status, let retryAfter):
            let headers = retryAfter.map { HTTPFields().retryAfter(.seconds($0)) } ?? [:]
            return .plain(HTTPResponse.Status(code: status), refusal.publicText, headers: headers)
        }
    }

    /// The query as it came, before anything has turned a `+` into a space.
    private static func rawQuery(of request: Request) -> String {
        let target = request.head.path ?? ""
        return target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).dropFirst().first.map(String.init) ?? ""
    }
}
