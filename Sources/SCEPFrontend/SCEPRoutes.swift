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
    private let desk: SCEPRecordsDesk
    private let identities: @Sendable (Endpoint, SCEPOptions) throws(Refusal) -> SCEPIdentity
    private let surroundings: Surroundings
    private let signers: RegisteredSigners
    private let options = DecodedOptions(defaults: SCEPOptions())
    private let announcements = NextCAAnnouncements()
    private let gate: MessageGate

    /// - Parameters:
    ///   - signers: those who enroll others.
    ///   - messageLimit: how many messages are in work at a time, if not as many as suit the machine.
    ///   - identities: who an endpoint with these options is on the wire; asked for every request.
    package init(
        catalog: Catalog, pipeline: IssuancePipeline, records: PublicRecords, surroundings: Surroundings,
        signers: RegisteredSigners, messageLimit: Int? = nil,
        identities: @escaping @Sendable (Endpoint, SCEPOptions) throws(Refusal) -> SCEPIdentity
    ) {
        self.catalog = catalog
        self.pipeline = pipeline
        self.surroundings = surroundings
        self.identities = identities
        desk = SCEPRecordsDesk(records: records, pipeline: pipeline)
        self.signers = signers
        gate = messageLimit.map(MessageGate.init(limit:)) ?? MessageGate()
    }

    package func register(on router: Router<TransportContext>) {
        for path: RouterPath in ["/scep/*", "/scep/*/**"] {
            router.get(path) { request, context in await get(request, context, label: request.pathComponent(1) ?? "") }
            router.post(path) { request, context in try await post(request, context, label: request.pathComponent(1) ?? "") }
        }
        // RFC 8894's own path and that of NDES, which appliances do not let their owner change.
        for path: RouterPath in ["/cgi-bin/pkiclient.exe", "/certsrv/mscep", "/certsrv/mscep/**"] {
            router.get(path) { request, context in await get(request, context, label: "default") }
            router.post(path) { request, context in try await post(request, context, label: "default") }
        }
    }

    private func get(_ request: Request, _ context: TransportContext, label: String) async -> Response {
        let query = SCEPQuery(ofTarget: request.head.path ?? "")
        do throws(Refusal) {
            let endpoint = try catalog.openEndpoint(.scep, label: label)
            switch SCEPOperation(query: query) {
            case .getCACaps:
                let options = try options.options(of: endpoint)
                let hasNextCA = (try? identities(endpoint, options))?.next != nil
                let text = SCEPCapabilities.text(
                    allows3DES: options.allow3DES, allowsSHA1: options.allowSHA1, hasNextCA: hasNextCA)
                return Response(status: .ok, contentType: "text/plain", text: text)
            case .getCACert:
                let options = try options.options(of: endpoint)
                let identity = try identities(endpoint, options)
                let issuers = identity.issuers.filter { options.sendRoot || !$0.isSelfSigned }
                let certificates = CACertificates(identity.registrationAuthorities + issuers)
                return Response(status: .ok, contentType: certificates.contentType, body: certificates.body)
            case .getNextCACert:
                guard let next = try identities(endpoint, options.options(of: endpoint)).next else {
                    throw Refusal(
                        .notFound, at: .decode, publicText: "there is no next CA certificate yet", detail: "GetNextCACert without a next CA"
                    )
                }
                return Response(
                    status: .ok, contentType: "application/x-x509-next-ca-cert", body: try await announcements.body(of: next))
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
        let body = try context.body(upTo: SCEPTransport.maximumBody)
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
        guard let pass = gate.enter() else {
            let refusal = Refusal(.overloaded, at: .decode, detail: "as many messages are in work as may be at a time")
            await pipeline.refuse(
                refusal, arrival: arrival(endpoint.name, operation: SCEPOperation.pkiOperation.rawValue, request, context))
            return Self.response(to: refusal)
        }
        defer { pass.leave() }
        return await ForeignWait.$current.withValue(ForeignWait { pass.leave() }) {
            do throws(Refusal) {
                let reply = try await answer(endpoint, request, context, message: decode)
                return Response(status: .ok, contentType: "application/x-pki-message", body: reply, headers: [.cacheControl: "no-store"])
            } catch {
                return Self.response(to: error)
            }
        }
    }
}

extension SCEPRoutes {
    /// One pkiMessage from its bytes to the signed reply. Thrown is only what HTTP alone can answer.
    private func answer(
        _ endpoint: Endpoint, _ request: Request, _ context: TransportContext, message decode: () throws(FormatError) -> [UInt8]
    ) async throws(Refusal) -> [UInt8] {
        let clock = UniformAnswerClock()
        var raw: [UInt8] = []
        let message: SCEPMessage
        do {
            raw = try decode()
            message = try SCEPMessage(ber: raw)
        } catch {
            let refusal = Refusal(.malformed, at: .decode, detail: "\(error)")
            let undecoded = arrival(endpoint.name, operation: SCEPOperation.pkiOperation.rawValue, request, context)
            await pipeline.refuse(refusal, arrival: undecoded.keeping(raw))
            throw refusal
        }
        let options = try options.options(of: endpoint)
        let identity = try identities(endpoint, options)
        let encoder = SCEPReplyEncoder(signer: identity.signer, options: options, surroundings: surroundings)
        let arrival = arrival(endpoint.name, operation: message.typeName, message: message, request, context).keeping(raw)
        do throws(Refusal) {
            let decoder = SCEPRequestDecoder(identity: identity, options: options) { [signers] in
                signers.find($0, endpoint: endpoint.name) != nil
            }
            let screened = try await recorded(arrival) { () throws(Refusal) in try decoder.screen(message) }
            // The client knows the RA that it encrypted to; of another generation's it may not have heard.
            let encoder = SCEPReplyEncoder(
                signer: screened.recipient.signer ?? identity.signer, options: options, surroundings: surroundings)
            do throws(Refusal) {
                switch screened.kind {
                case .poll:
                    return try await encoder.encode(poll(arrival), to: screened)
                case .enrollment, .renewal:
                    return try await enroll(screened, decoder, encoder, arrival)
                case .certificate, .revocationList:
                    return try await encoder.encode(records(for: screened, endpoint, decoder, arrival), to: screened)
                }
            } catch {
                let reply = try await encoder.encode(error, to: message)
                if error.code == .malformed { await clock.waitForTick() }
                return reply
            }
        } catch {
            return try await encoder.encode(error, to: message)
        }
    }

    private func poll(_ arrival: Arrival) async throws(Refusal) -> Outcome {
        try await recorded(arrival) { () async throws(Refusal) in
            try await pipeline.poll(endpoint: arrival.endpoint, exchangeID: arrival.exchangeID)
        }
    }

    private func enroll(
        _ screened: SCEPRequestDecoder.Screened, _ decoder: SCEPRequestDecoder, _ encoder: SCEPReplyEncoder, _ arrival: Arrival
    ) async throws(Refusal) -> [UInt8] {
        // Whoever is not enrolled is turned away before he costs an operation of the RA's key.
        if let renewing = screened.renewing { _ = try await pipeline.identify([renewing], arrival: arrival) }
        let id = RequestID(in: surroundings)
        let request = try await recorded(arrival) { () async throws(Refusal) in
            try await decoder.read(screened, arrival: arrival, id: id)
        }
        // Encrypting and signing the reply takes longer than the disk.
        var prepared: Result<[UInt8], Refusal>?
        let outcome = try await pipeline.process(request) { issuance in
            do throws(Refusal) {
                prepared = .success(try await encoder.encode(.released(issuance), to: screened))
            } catch {
                prepared = .failure(error)
            }
        }
        if let prepared { return try prepared.get() }
        return try await encoder.encode(outcome, to: screened)
    }

    /// GetCert and GetCRL: the certs-only message that they ask for.
    private func records(
        for screened: SCEPRequestDecoder.Screened, _ endpoint: Endpoint, _ decoder: SCEPRequestDecoder, _ arrival: Arrival
    ) async throws(Refusal) -> [UInt8] {
        let wantsList = screened.kind == .revocationList
        try await desk.admit(screened.message, to: wantsList ? decoder.options.getCRL : decoder.options.getCert, arrival: arrival)
        return try await recorded(arrival) { () async throws(Refusal) in
            let question = try await decoder.question(screened)
            return try await desk.answer(question, wantsList: wantsList, endpoint: endpoint, identity: decoder.identity)
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

    private func arrival(
        _ endpoint: String, operation: String, message: SCEPMessage? = nil, _ request: Request, _ context: TransportContext
    ) -> Arrival {
        Arrival(
            endpoint: endpoint, binding: "default", operation: operation, peer: context.peerAddress, userAgent: request.userAgent,
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
            // Those who were turned away together come back one after the other.
            let headers = retryAfter.map { HTTPFields().retryAfter(.seconds(Int.random(in: ($0 + 3) / 4...$0))) } ?? [:]
            return .plain(HTTPResponse.Status(code: status), refusal.publicText, headers: headers)
        }
    }
}
