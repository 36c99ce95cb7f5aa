/// The error types of RFC 8555 §6.7 that this server uses.
package enum ProblemType: String, Sendable, CaseIterable, Codable {
    case accountDoesNotExist, alreadyRevoked, badCSR, badNonce, badPublicKey, badRevocationReason, badSignatureAlgorithm, compound
    case connection, dns, incorrectResponse, invalidContact, malformed, orderNotReady, rateLimited, rejectedIdentifier, serverInternal
    case tls, unauthorized, unsupportedContact, unsupportedIdentifier, userActionRequired

    package static let prefix = "urn:ietf:params:acme:error:"

    /// The HTTP status that goes with the type unless a resource has a better one (404, 405, 415 with malformed; 401 for a dead account).
    package var httpStatus: Int {
        switch self {
        case .accountDoesNotExist, .alreadyRevoked, .badCSR, .badNonce, .badPublicKey, .badRevocationReason, .badSignatureAlgorithm: 400
        case .compound, .connection, .dns, .incorrectResponse, .invalidContact, .malformed, .rejectedIdentifier, .tls: 400
        case .unsupportedContact, .unsupportedIdentifier: 400
        case .orderNotReady, .unauthorized, .userActionRequired: 403
        case .rateLimited: 429
        case .serverInternal: 500
        }
    }

    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard text.hasPrefix(Self.prefix), let value = Self(rawValue: String(text.dropFirst(Self.prefix.count))) else {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "unknown problem type"))
        }
        self = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Self.prefix + rawValue)
    }
}
