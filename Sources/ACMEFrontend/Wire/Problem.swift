import PKIFormats

/// A problem document (RFC 7807, RFC 8555 §6.7), also the `error` of a challenge or an order.
package struct Problem: Sendable, Equatable, JSONWritable {
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
    package struct Subproblem: Sendable, Equatable, JSONWritable {
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

extension Problem {
    package init(_ json: JSONObject) throws(FormatError) {
        type = try ProblemType(json)
        detail = try json.text("detail")
        status = try json.optionalInteger("status")
        algorithms = try json.optionalTexts("algorithms")
        guard json.contains("subproblems") else { return }
        var subproblems: [Subproblem] = []
        for object in try json.objects("subproblems") { subproblems.append(try Subproblem(object)) }
        self.subproblems = subproblems
    }

    package func write(to text: inout JSONText) {
        text.object { text in
            text.member("algorithms", algorithms)
            text.member("detail", detail)
            text.member("status", status)
            text.member("subproblems", subproblems)
            text.member("type", type.urn)
        }
    }
}

extension Problem.Subproblem {
    init(_ json: JSONObject) throws(FormatError) {
        self.init(try ProblemType(json), try json.text("detail"), identifier: try IdentifierBody(json.object("identifier")))
    }

    package func write(to text: inout JSONText) {
        text.object { text in
            text.member("detail", detail)
            text.member("identifier", identifier)
            text.member("type", type.urn)
        }
    }
}
