/// Payload of newAccount (RFC 8555 §7.3). Unknown members are ignored.
package struct NewAccountPayload: Sendable, Decodable {
    package var contact: [String]?
    package var termsOfServiceAgreed: Bool?
    package var onlyReturnExisting: Bool?
}

/// Payload of an account update (RFC 8555 §7.3.2, §7.3.6).
package struct AccountUpdatePayload: Sendable, Decodable {
    package var contact: [String]?
    package var status: String?
}

/// Payload of newOrder (RFC 8555 §7.4).
package struct NewOrderPayload: Sendable, Decodable {
    package var identifiers: [IdentifierBody]
    package var notBefore: String?
    package var notAfter: String?
}

/// Payload of an authorization update: deactivation only (RFC 8555 §7.5.2).
package struct AuthorizationUpdatePayload: Sendable, Decodable {
    package var status: String?
}

/// Payload of a challenge response: an object, whose members are ignored (RFC 8555 §7.5.1).
package struct ChallengePayload: Sendable, Decodable {}

/// Payload of finalize (RFC 8555 §7.4).
package struct FinalizePayload: Sendable, Decodable {
    package var csr: String
}

/// Payload of revokeCert (RFC 8555 §7.6).
package struct RevocationPayload: Sendable, Decodable {
    package var certificate: String
    package var reason: Int?
}

/// Payload of the inner JWS of keyChange (RFC 8555 §7.3.5).
package struct KeyChangePayload: Sendable, Decodable {
    package var account: String
    package var oldKey: JWKMembers
}
