import PKIFormats

/// Why a signed request is not acceptable; the client is told which of the three it was (RFC 8555 §6.2).
package enum JWSError: Error, Sendable, Equatable {
    case malformed(FormatError)
    case badAlgorithm(String)
    case badKey(FormatError)

    package var detail: String {
        switch self {
        case .malformed(let error), .badKey(let error): error.description
        case .badAlgorithm(let text): text
        }
    }
}
