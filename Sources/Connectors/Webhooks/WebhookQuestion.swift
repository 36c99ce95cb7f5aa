import EnrollmentCore
import Foundation
import PKIFormats

/// A request as services outside are told of it: decoded, with the request's bytes and the challenge it carried.
struct WebhookQuestion: Sendable, Codable {
    let endpoint: String
    /// Our own name of the exchange.
    let requestID: String
    /// The client's: SCEP's transactionID.
    let transactionID: String
    let challenge: String
    let peer: String?
    let userAgent: String?
    /// The PKCS#10 request exactly as it came, DER.
    let certificationRequest: [UInt8]
    let instant: Date

    init(_ request: IssuanceRequest, challenge: String) {
        endpoint = request.arrival.endpoint
        requestID = request.id.description
        transactionID = request.arrival.transactionID ?? request.id.description
        self.challenge = challenge
        peer = request.arrival.peer
        userAgent = request.arrival.userAgent
        certificationRequest = request.proposal.certificationRequest.der
        instant = request.arrival.instant
    }

    /// RFC 3339.
    var timestamp: String { instant.formatted(.iso8601) }
    var base64Request: String { Data(certificationRequest).base64EncodedString() }
}
