import EnrollmentCore
import PKIFormats
import WSTEPWire

/// Serves a decoded message: policies to known callers, issuance through the one pipeline, and the outcome of an earlier request.
struct WSTEPDesk: Sendable {
    let catalog: Catalog
    let pipeline: IssuancePipeline
    let links: WSTEPLinks
    let surroundings: Surroundings
    let identity: @Sendable (_ authority: String) -> AuthorityIdentity?

    func serve(_ message: WSTEPRequest, _ arrival: WSTEPArrival, relatesTo: String?) async throws(WSTEPRejection) -> [UInt8] {
        switch message.operation {
        case .getPolicies(let request):
            let caller = try await identify(message, arrival)
            return try policies(request, for: caller).encoded(relatesTo: relatesTo)
        case .issue(let csr, let templateNames):
            let template = try await template(templateNames, csr, message, arrival)
            let number = WSTEPRequestNumber(csr, username: message.credential.username)
            let request = IssuanceRequest(
                id: RequestID(in: surroundings), arrival: arrival.core(operation: message.operation.name, exchangeID: number.exchangeID),
                intent: .enroll, credentials: [message.credential], proposal: Proposal(csr, templateHint: template))
            return encode(try await outcome(of: request), number, arrival, relatesTo)
        case .poll(let requestID):
            let caller = try await identify(message, arrival)
            let number = WSTEPRequestNumber(requestID, username: message.credential.username)
            return encode(try await outcome(of: number, at: caller.endpoint), number, arrival, relatesTo)
        }
    }

    private func policies(_ request: GetPoliciesRequest, for caller: AuthenticatedCaller) throws(WSTEPRejection) -> GetPoliciesResponse {
        do throws(Refusal) {
            guard let issuer = identity(caller.endpoint.authority) else {
                throw Refusal(.internalFault, at: .authorize, detail: "authority '\(caller.endpoint.authority)' is not loaded")
            }
            return try PolicyAnswer(catalog: catalog, links: links).build(request, for: caller, issuer: issuer)
        } catch {
            throw WSTEPRejection(error, service: .policy, isRecorded: false)
        }
    }

    private func outcome(of request: IssuanceRequest) async throws(WSTEPRejection) -> Outcome {
        do throws(Refusal) {
            return try await pipeline.process(request)
        } catch {
            throw WSTEPRejection(error, service: .enrollment, isRecorded: true)
        }
    }

    private func outcome(of number: WSTEPRequestNumber, at endpoint: Endpoint) async throws(WSTEPRejection) -> Outcome {
        do throws(Refusal) {
            return try await pipeline.poll(endpoint: endpoint.name, exchangeID: number.exchangeID)
        } catch {
            throw WSTEPRejection(error, service: .enrollment, isRecorded: false)
        }
    }

    private func identify(_ message: WSTEPRequest, _ arrival: WSTEPArrival) async throws(WSTEPRejection) -> AuthenticatedCaller {
        do throws(Refusal) {
            return try await pipeline.identify([message.credential], arrival: arrival.core(operation: message.operation.name))
        } catch {
            throw WSTEPRejection(error, service: arrival.service, isRecorded: true)
        }
    }

    /// A template that is named and not offered is refused rather than replaced by another; only callers who are known hear of it.
    private func template(
        _ names: [String], _ csr: CertificationRequest, _ message: WSTEPRequest, _ arrival: WSTEPArrival
    ) async throws(WSTEPRejection) -> String? {
        guard let endpoint = catalog.endpoint(named: arrival.endpoint) else { return names.first }
        do throws(SOAPFault) {
            return try TemplateChoice.choose(
                names: names, request: csr, offered: PolicyAnswer.templates(of: endpoint, in: catalog),
                identifiers: identity(endpoint.authority)?.root.map { TemplateOID(rootKeyIdentifier: $0.publicKey.keyIdentifier) })
        } catch {
            _ = try await identify(message, arrival)
            throw WSTEPRejection(error)
        }
    }

    private func encode(_ outcome: Outcome, _ number: WSTEPRequestNumber, _ arrival: WSTEPArrival, _ relatesTo: String?) -> [UInt8] {
        let label = catalog.endpoint(named: arrival.endpoint)?.label ?? "default"
        return WSTEPReplyEncoder(links: links)
            .encode(outcome, number: number, label: label, received: arrival.instant, relatesTo: relatesTo)
    }
}
