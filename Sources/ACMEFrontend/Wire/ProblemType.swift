import PKIFormats

/// The error types of RFC 8555 §6.7 that this server uses.
package enum ProblemType: String, Sendable, CaseIterable {
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

    /// As it stands in a problem document.
    var urn: String { Self.prefix + rawValue }

    /// The member `type` of a problem document.
    init(_ json: JSONObject) throws(FormatError) {
        let text = try json.text("type")
        guard text.hasPrefix(Self.prefix), let value = Self(rawValue: String(text.dropFirst(Self.prefix.count))) else {
            throw FormatError("problem", "unknown type")
        }
        self = value
    }
}
