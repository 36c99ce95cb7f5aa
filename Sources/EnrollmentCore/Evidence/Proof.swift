import Foundation
import Persistence
import PKIFormats

/// What an authenticator found.
package struct Proof: Sendable {
    package let fact: Fact
    /// Who showed it, for example `user:alice` or `challenge:17`.
    package let principal: String
    /// The names that this proof lets into a certificate.
    package let covers: [NamePattern]
    /// What the proof spends: conditional writes, redeemed in the transaction that records or holds the request. Each carries a label.
    package let claims: [WriteUnit]
    /// The template of the certificate that was shown: a renewal stays with it.
    package let predecessorTemplate: String?
    /// What an authoritative directory says of the principal; the authenticator has asked it.
    package let directory: DirectoryIdentity?
    /// What must be done before a certificate that this proof led to is released.
    package let duties: [DutyOrder]
    /// Until when the certificate that was shown counts, where that is not its own end.
    package let goodUntil: Date?

    package init(
        fact: Fact, principal: String, covers: [NamePattern], claims: [WriteUnit] = [], predecessorTemplate: String? = nil,
        directory: DirectoryIdentity? = nil, duties: [DutyOrder] = [], goodUntil: Date? = nil
    ) {
        self.goodUntil = goodUntil
        self.directory = directory
        self.fact = fact
        self.principal = principal
        self.covers = covers
        self.claims = claims
        self.predecessorTemplate = predecessorTemplate
        self.duties = duties
    }
}

/// A thing that can be proved.
package enum Fact: Sendable, Hashable, Codable {
    case knowsChallenge
    case knowsPassword
    /// SHA-256 fingerprint of the stored certificate.
    case holdsPrivateKey(fingerprint: [UInt8])
    /// SHA-256 fingerprint of a certificate that is registered to enroll others.
    case registeredSigner(fingerprint: [UInt8])
    /// The name as text, for example `dns:a.lab.test`.
    case controls(String, method: String)
    /// Somebody outside, whom the endpoint asks, has said yes to this request; how the endpoint calls him.
    case externallyAuthorized(by: String)
    case operatorApproved
    case scheduledRenewal
    /// Somebody who may revoke the certificates of one endpoint, and nothing else.
    case registeredRevoker

    package var kind: Kind {
        switch self {
        case .knowsChallenge: .knowsChallenge
        case .knowsPassword: .knowsPassword
        case .holdsPrivateKey: .holdsPrivateKey
        case .registeredSigner: .registeredSigner
        case .controls: .controlsIdentifier
        case .externallyAuthorized: .externallyAuthorized
        case .operatorApproved: .operatorApproved
        case .scheduledRenewal: .scheduledRenewal
        case .registeredRevoker: .registeredRevoker
        }
    }

    /// The fact without its particulars: what a policy rule names.
    package enum Kind: String, Sendable, CaseIterable, Codable {
        case knowsChallenge, knowsPassword, holdsPrivateKey, registeredSigner, controlsIdentifier, externallyAuthorized, operatorApproved,
            scheduledRenewal, registeredRevoker
    }
}
