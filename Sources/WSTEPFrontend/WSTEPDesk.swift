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
            do throws(Refusal) {
                guard let issuer = identity(caller.endpoint.authority) else {
                    throw Refusal(.internalFault, at: .authorize, detail: "authority '\(caller.endpoint.authority)' is not loaded")
                }
                return try PolicyAnswer(catalog: catalog, links: links).build(request, for: caller, issuer: issuer).encoded(
                    relatesTo: relatesTo)
            } catch {
                throw WSTEPRejection(error, service: arrival.service, isRecorded: false)
            }
        case .issue(let csr, let templateName):
            let template = try await template(templateName, csr, message, arrival)
            let number = WSTEPRequestNumber(csr, username: message.credential.username)
            let request = IssuanceRequest(
                id: RequestID(in: surroundings), arrival: arrival.core(operation: message.operation.name, exchangeID: number.exchangeID),
                intent: .enroll, credentials: [message.credential], proposal: Proposal(csr, templateHint: template))
            let outcome: Outcome
            do throws(Refusal) {
                outcome = try await pipeline.process(request)
            } catch {
                throw WSTEPRejection(error, service: arrival.service, isRecorded: true)
            }
            return encode(outcome, number, arrival, relatesTo)
        case .poll(let requestID):
            let caller = try await identify(message, arrival)
            let number = WSTEPRequestNumber(requestID, username: message.credential.username)
            let outcome: Outcome
            do throws(Refusal) {
                outcome = try await pipeline.poll(endpoint: caller.endpoint.name, exchangeID: number.exchangeID)
            } catch {
                throw WSTEPRejection(error, service: arrival.service, isRecorded: false)
            }
            return encode(outcome, number, arrival, relatesTo)
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
        _ name: String?, _ csr: CertificationRequest, _ message: WSTEPRequest, _ arrival: WSTEPArrival
    ) async throws(WSTEPRejection) -> String? {
        guard let endpoint = catalog.endpoint(named: arrival.endpoint) else { return name }
        do throws(SOAPFault) {
            return try TemplateChoice.choose(
                name: name, request: csr, offered: PolicyAnswer.templates(of: endpoint, in: catalog),
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
