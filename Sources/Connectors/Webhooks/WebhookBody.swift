import EnrollmentCore
import Foundation
import PKIFormats

/// The JSON bodies of each format.
enum WebhookBody {
    /// The product and version that services are told.
    static let caller = "Muster/0.1"

    /// Asks whether a request may be served.
    static func question(_ question: WebhookQuestion, to webhook: Webhook) throws -> [UInt8] {
        switch webhook.format {
        case .muster:
            return try encode(MusterBody(question, certificate: nil))
        case .stepCA:
            return try encode(StepCABody(question, certificate: nil))
        case .mdmValidation:
            return try encode([
                "request": [
                    "transactionId": question.transactionID, "certificateRequest": question.base64Request, "callerInfo": caller,
                ]
            ])
        }
    }

    /// Tells of a certificate before the client gets it.
    static func notification(_ question: WebhookQuestion, of issued: DutyCertificate, to webhook: Webhook) throws -> [UInt8] {
        switch webhook.format {
        case .muster:
            return try encode(MusterBody(question, certificate: issued.certificate))
        case .stepCA:
            return try encode(StepCABody(question, certificate: issued.certificate))
        case .mdmValidation:
            let certificate = issued.certificate
            return try encode([
                "notification": [
                    "transactionId": question.transactionID, "certificateRequest": question.base64Request,
                    "certificateThumbprint": certificate.fingerprint(.sha1).hex, "certificateSerialNumber": certificate.serialHex,
                    "certificateExpirationDateUtc": Date.ISO8601FormatStyle(includingFractionalSeconds: true).format(
                        certificate.validity.notAfter),
                    "issuingCertificateAuthority": certificate.issuer.description, "callerInfo": caller, "caConfiguration": "",
                    "certificateAuthority": issued.authority,
                ]
            ])
        }
    }

    private static func encode(_ body: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(body))
    }
}

/// The body of our own format.
private struct MusterBody: Encodable {
    let version = 1
    /// `authorize` or `issued`.
    let event: String
    let timestamp: String
    let endpoint: String
    let requestId: String
    let transactionId: String
    let challenge: String
    let peer: String?
    let userAgent: String?
    let subject: String
    let commonName: String?
    /// In the text form of patterns, for example `dns:a.example`.
    let names: [String]
    let keyAlgorithm: String
    let keySha256: String
    let certificationRequest: String
    let certificate: String?
    let serialNumber: String?

    init(_ question: WebhookQuestion, certificate: Certificate?) throws {
        let request = try CertificationRequest(der: question.certificationRequest)
        event = certificate == nil ? "authorize" : "issued"
        timestamp = question.timestamp
        endpoint = question.endpoint
        requestId = question.requestID
        transactionId = question.transactionID
        // Once is enough: who is told of a certificate has seen it already.
        challenge = certificate == nil ? question.challenge : ""
        peer = question.peer
        userAgent = question.userAgent
        subject = request.subject.description
        commonName = request.subject.commonName
        names = request.subjectAlternativeNames.map(\.description)
        keyAlgorithm = "\(request.publicKey.kind)"
        keySha256 = HashAlgorithm.sha256.digest(request.publicKey.der).hex
        certificationRequest = question.base64Request
        self.certificate = certificate.map { Data($0.der).base64EncodedString() }
        serialNumber = certificate?.serialHex
    }
}

/// The body of step-ca's webhooks.
private struct StepCABody: Encodable {
    struct Subject: Encodable {
        let commonName: String
    }

    struct Request: Encodable {
        let subject: Subject
        let dnsNames: [String]
        let emailAddresses: [String]
        let ipAddresses: [String]
        let uris: [String]
        let publicKey: String
        let publicKeyAlgorithm: String
        let raw: String
    }

    struct Issued: Encodable {
        let raw: String
        let serialNumber: String
    }

    let timestamp: String
    let provisionerName: String
    let scepChallenge: String?
    let scepTransactionID: String
    let x509CertificateRequest: Request
    let x509Certificate: Issued?

    init(_ question: WebhookQuestion, certificate: Certificate?) throws {
        let request = try CertificationRequest(der: question.certificationRequest)
        let names = request.subjectAlternativeNames
        func texts(_ pick: (GeneralName) -> String?) -> [String] { names.compactMap(pick) }
        timestamp = question.timestamp
        provisionerName = question.endpoint
        scepChallenge = certificate == nil ? question.challenge : nil
        scepTransactionID = question.transactionID
        let algorithm: String =
            switch request.publicKey.kind {
            case .rsa: "RSA"
            case .p256, .p384, .p521: "ECDSA"
            case .ed25519: "Ed25519"
            default: "unknown"
            }
        x509CertificateRequest = Request(
            subject: Subject(commonName: request.subject.commonName ?? ""),
            dnsNames: texts { if case .dns(let text) = $0 { text } else { nil } },
            emailAddresses: texts { if case .email(let text) = $0 { text } else { nil } },
            ipAddresses: texts { if case .ip(let octets) = $0 { IPAddressText.text(octets) } else { nil } },
            uris: texts { if case .uri(let text) = $0 { text } else { nil } },
            publicKey: Data(request.publicKey.der).base64EncodedString(), publicKeyAlgorithm: algorithm, raw: question.base64Request)
        x509Certificate = certificate.map { Issued(raw: Data($0.der).base64EncodedString(), serialNumber: $0.serialHex) }
    }
}
