/// The `operation` of a SCEP request (RFC 8894 §4.1), compared without regard to case: devices disagree about it.
package enum SCEPOperation: String, Sendable, CaseIterable {
    case getCACaps = "GetCACaps"
    case getCACert = "GetCACert"
    case getNextCACert = "GetNextCACert"
    case pkiOperation = "PKIOperation"

    /// Nil for a name that SCEP does not have.
    package init?(name: String) {
        let wanted = name.lowercased()
        guard let found = Self.allCases.first(where: { $0.rawValue.lowercased() == wanted }) else { return nil }
        self = found
    }

    /// The operation that a query asks for. Nil when it names none, or one that SCEP does not have.
    package init?(query: SCEPQuery) {
        guard let name = query.value(of: "operation") else { return nil }
        self.init(name: String(decoding: name, as: UTF8.self))
    }
}
