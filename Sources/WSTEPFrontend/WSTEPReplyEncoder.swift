import EnrollmentCore
import Foundation
import WSTEPWire

/// From an outcome to the message that carries it.
struct WSTEPReplyEncoder: Sendable {
    let links: WSTEPLinks

    /// - Parameters:
    ///   - number: the RequestID, the same as in the earlier answer when this is one to a poll.
    ///   - relatesTo: the request's message id.
    func encode(_ outcome: Outcome, number: WSTEPRequestNumber, label: String, received: Date, relatesTo: String?) -> [UInt8] {
        let disposition: RequestSecurityTokenResponse.Disposition =
            switch outcome {
            case .released(let issuance):
                .issued(
                    certificate: issuance.certificate.der,
                    chain: (issuance.chain + [issuance.root].compactMap { $0 }).map(\.der))
            case .pending:
                .pending(pollURL: links.url(.enrollment, label: label), received: received)
            }
        Exchange.current?.answers(outcome.words)
        return RequestSecurityTokenResponse(disposition: disposition, requestID: number.value).encoded(relatesTo: relatesTo)
    }
}

extension Outcome {
    /// For the trail.
    fileprivate var words: String {
        switch self {
        case .released: "disposition Issued"
        case .pending: "disposition Taken Under Submission"
        }
    }
}
