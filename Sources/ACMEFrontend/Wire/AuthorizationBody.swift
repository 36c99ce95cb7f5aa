/// An authorization (RFC 8555 §7.1.4).
package struct AuthorizationBody: Sendable, Codable {
    package var identifier: IdentifierBody
    package var status: String
    package var expires: String
    package var challenges: [ChallengeBody]

    package init(identifier: IdentifierBody, status: String, expires: String, challenges: [ChallengeBody]) {
        self.identifier = identifier
        self.status = status
        self.expires = expires
        self.challenges = challenges
    }
}
