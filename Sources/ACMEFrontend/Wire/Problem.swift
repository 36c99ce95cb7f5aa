/// A problem document (RFC 7807, RFC 8555 §6.7), also the `error` of a challenge or an order.
package struct Problem: Sendable, Codable, Equatable {
    package var type: ProblemType
    package var detail: String
    package var status: Int?
    package var subproblems: [Subproblem]?
    /// Only with badSignatureAlgorithm (RFC 8555 §6.2).
    package var algorithms: [String]?

    package init(_ type: ProblemType, _ detail: String, status: Int? = nil, subproblems: [Subproblem] = []) {
        self.type = type
        self.detail = detail
        self.status = status
        self.subproblems = subproblems.isEmpty ? nil : subproblems
        algorithms = type == .badSignatureAlgorithm ? JWSAlgorithm.names : nil
    }

    /// The problem of one identifier (RFC 8555 §6.7.1).
    package struct Subproblem: Sendable, Codable, Equatable {
        package var type: ProblemType
        package var detail: String
        package var identifier: IdentifierBody

        package init(_ type: ProblemType, _ detail: String, identifier: IdentifierBody) {
            self.type = type
            self.detail = detail
            self.identifier = identifier
        }
    }
}
