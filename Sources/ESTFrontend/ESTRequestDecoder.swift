import ESTWire
import EnrollmentCore
import PKIFormats

/// Wire to core: simpleenroll and simplereenroll (RFC 7030 §4.2).
struct ESTRequestDecoder: Sendable {
    let surroundings: Surroundings

    /// What was observed of the request. `endpoint` is the name of the label's endpoint, or a placeholder where there is none.
    func arrival(_ knock: ESTKnock, endpoint: String) -> Arrival {
        Arrival(
            endpoint: endpoint, binding: "default", operation: knock.operation.rawValue, peer: knock.peer, userAgent: knock.userAgent,
            instant: surroundings.now, raw: knock.body)
    }

    func issuance(_ knock: ESTKnock, endpoint: Endpoint) throws(Refusal) -> IssuanceRequest {
        let request: CertificationRequest
        do {
            request = try CertificationRequest(der: ESTBody.decode(knock.body))
        } catch {
            throw Refusal(
                .malformed, at: .decode, publicText: "the body is not a base64 PKCS #10 request (\(error.reason))", detail: "\(error)")
        }
        let certificate = try clientCertificate(knock)
        switch knock.operation {
        case .reenroll:
            guard let certificate else {
                throw Refusal(
                    .notAuthorized, at: .decode,
                    publicText: "simplereenroll needs the certificate to be renewed as TLS client certificate",
                    detail: "no TLS client certificate", advice: "let the client present its certificate, or use simpleenroll")
            }
            try requireSameNames(request, certificate)
            return issuance(
                knock, endpoint, request, .renew(of: certificate), [CertificateCredential(certificate, provedBy: .tlsHandshake)])
        case .enroll, .caCertificates, .requestAttributes:
            var credentials: [any Credential] = []
            if let basic = knock.basic {
                // Who sends a password means it: a client certificate beside it (of a manufacturer, say) is not examined.
                credentials = [PasswordCredential(username: basic.username, password: basic.password)]
            } else if let certificate {
                credentials = [CertificateCredential(certificate, provedBy: .tlsHandshake)]
            }
            return issuance(knock, endpoint, request, .enroll, credentials)
        }
    }

    private func issuance(
        _ knock: ESTKnock, _ endpoint: Endpoint, _ request: CertificationRequest, _ intent: IssuanceRequest.Intent,
        _ credentials: [any Credential]
    ) -> IssuanceRequest {
        IssuanceRequest(
            id: RequestID(in: surroundings), arrival: arrival(knock, endpoint: endpoint.name), intent: intent, credentials: credentials,
            proposal: Proposal(request))
    }

    private func clientCertificate(_ knock: ESTKnock) throws(Refusal) -> Certificate? {
        guard let leaf = knock.clientCertificates.first, knock.basic == nil || knock.operation == .reenroll else { return nil }
        do {
            return try Certificate(der: leaf)
        } catch {
            throw Refusal(.badCredential, at: .decode, publicText: "the client certificate cannot be read", detail: "\(error)")
        }
    }

    /// RFC 7030 §4.2.2: subject and alternative names are those of the certificate. A client repeats the request it enrolled
    /// with, so what this CA made of that request counts as the same: the common name alone of the subject, and the
    /// common name as the only DNS name, or the other way round.
    private func requireSameNames(_ request: CertificationRequest, _ certificate: Certificate) throws(Refusal) {
        let held = certificate.subjectAlternativeNames
        let asked = request.subjectAlternativeNames
        let name = certificate.subject.commonName
        let isSameSubject = request.subject.commonName == name || (request.subject.isEmpty && !asked.isEmpty)
        let isSameSet = Set(asked) == Set(held) && asked.count == held.count
        let isImplied = asked.isEmpty && held.allSatisfy { $0 == name.map(GeneralName.dns) }
        guard isSameSubject, isSameSet || isImplied else {
            throw Refusal(
                .notAuthorized, at: .decode, publicText: "the names of the request are not those of the certificate",
                detail:
                    "request '\(request.subject)' [\(asked.map(\.description).joined(separator: ", "))], certificate \(certificate.serialHex) '\(certificate.subject)' [\(held.map(\.description).joined(separator: ", "))]",
                advice: "let the client repeat the names of its certificate, or enroll anew with simpleenroll")
        }
    }
}
