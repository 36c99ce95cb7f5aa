/// The failInfo attribute (RFC 8894 §3.2.1.4).
package enum SCEPFailInfo: Int, Sendable, CaseIterable {
    case badAlg = 0
    case badMessageCheck = 1
    case badRequest = 2
    case badTime = 3
    case badCertId = 4
}
