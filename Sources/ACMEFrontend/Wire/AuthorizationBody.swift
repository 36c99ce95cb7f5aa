/// An authorization (RFC 8555 §7.1.4).
package struct AuthorizationBody: Sendable, JSONWritable {
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

extension AuthorizationBody {
    package func write(to text: inout JSONText) {
        text.object { text in
            text.member("challenges", challenges)
            text.member("expires", expires)
            text.member("identifier", identifier)
            text.member("status", status)
        }
    }
}
