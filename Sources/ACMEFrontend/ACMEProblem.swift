import ACMEWire
import EnrollmentCore
import Persistence

/// Why an exchange was not served: what the client reads, and what the trail keeps.
package struct ACMEProblem: Error, Sendable {
    package let problem: Problem
    package let refusal: Refusal
    /// Whether the core has already written the refusal into the trail.
    let isRecorded: Bool
    package var headers: ACMEReply.Headers = []

    /// An error of the protocol's own.
    package init(
        _ type: ProblemType, _ detail: String, status: Int? = nil, at stage: Refusal.Stage = .decode,
        subproblems: [Problem.Subproblem] = [],
        privateDetail: String? = nil, headers: ACMEReply.Headers = []
    ) {
        problem = Problem(type, detail, status: status ?? type.httpStatus, subproblems: subproblems)
        refusal = Refusal(
            ACMERefusals.code(of: type), at: stage, publicText: detail, detail: "\(type.rawValue): \(privateDetail ?? detail)")
        isRecorded = false
        self.headers = headers
    }

    /// A refusal of the core, through the table.
    package init(_ refusal: Refusal, isRecorded: Bool = false) {
        problem = ACMERefusals.problem(for: refusal)
        self.refusal = refusal
        self.isRecorded = isRecorded
    }

    init(_ error: PersistenceError) {
        self.init(Refusal(.internalFault, at: .decode, detail: error.description))
    }

    init(_ error: JWSError) {
        switch error {
        case .malformed: self.init(.malformed, error.detail)
        case .badAlgorithm: self.init(.badSignatureAlgorithm, error.detail)
        case .badKey: self.init(.badPublicKey, error.detail)
        }
    }

    /// No such thing, or not this account's: the two look the same from outside.
    static func notFound(_ what: String) -> ACMEProblem {
        ACMEProblem(.malformed, "there is no such \(what), or it is not yours", status: 404)
    }
}
