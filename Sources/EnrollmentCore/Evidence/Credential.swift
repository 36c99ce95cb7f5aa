import Foundation
import PKIFormats

/// Something a client showed to be let in. Unproven until an authenticator has examined it.
package protocol Credential: Sendable {}

/// A SCEP challenge or any other shared or one-time secret that comes without a name.
package struct ChallengeCredential: Credential {
    package let secret: String
    package init(secret: String) { self.secret = secret }
}

/// HTTP Basic or a WS-Security UsernameToken, over TLS only.
package struct PasswordCredential: Credential {
    package let username: String
    package let password: String

    package init(username: String, password: String) {
        self.username = username
        self.password = password
    }
}

/// A certificate whose private key has signed this very exchange: the TLS handshake or the message.
package struct CertificateCredential: Credential {
    /// Where the private key signed.
    package enum Proof: String, Sendable {
        case tlsHandshake, cmsSignature
    }

    package let certificate: Certificate
    package let proof: Proof
    /// Seconds after its end in which the endpoint still knows the certificate's holder.
    package let grace: TimeInterval

    /// Only for a front end that has verified the signature, or whose TLS layer has.
    package init(_ certificate: Certificate, provedBy proof: Proof, grace: TimeInterval = 0) {
        self.certificate = certificate
        self.proof = proof
        self.grace = grace
    }
}

/// A registered signer, whose key has signed a message that asks for somebody else's certificate.
package struct SignerCredential: Credential {
    package let certificate: Certificate

    /// Only for a front end that has verified the signature.
    package init(_ certificate: Certificate) { self.certificate = certificate }
}

/// What an MDM or another service shows that asks for a revocation, over TLS only.
package struct RevokerCredential: Credential {
    package let name: String
    package let token: String

    package init(name: String, token: String) {
        self.name = name
        self.token = token
    }
}

/// The operator at the command line, known by the user id of the socket's peer, who vouches for the names he typed.
package struct OperatorCredential: Credential {
    package let userID: UInt32
    package let vouchesFor: [NamePattern]

    /// As trails and approvals name him.
    package var principal: String { "operator:\(userID)" }

    package init(userID: UInt32, vouchesFor: [NamePattern]) {
        self.userID = userID
        self.vouchesFor = vouchesFor
    }
}

/// The server itself, asking for one of the CA's own certificates at the `system` endpoint, which no network reaches.
package struct SystemCredential: Credential {
    package let purpose: String
    package let names: [NamePattern]

    package init(purpose: String, names: [NamePattern]) {
        self.purpose = purpose
        self.names = names
    }
}
