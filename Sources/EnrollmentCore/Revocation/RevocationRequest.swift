import Foundation
import PKIFormats

/// A wish to revoke one certificate, from the operator or through a protocol.
package struct RevocationRequest: Sendable {
    package let id: RequestID
    package let arrival: Arrival
    package let credentials: [any Credential]
    package let target: Target
    package let wish: Wish

    /// What is to become of the certificate.
    package enum Wish: Sendable, Hashable {
        /// Revoked, or on hold by the reason certificateHold. The key may have been lost at an earlier date (RFC 5280 §5.3.2).
        case revoke(RevocationReason, invalidSince: Date? = nil)
        /// No longer on hold.
        case release
    }

    /// Which certificate is meant.
    package enum Target: Sendable {
        /// Exactly these bytes.
        case certificate(Certificate)
        /// Serial number as DER INTEGER contents; must be unique among all issuers of this server.
        case serialNumber([UInt8])
        /// All that count now at the endpoint that is asked and bear one of these names, in the subject's commonName or as an alternative name.
        case holder([String])
    }

    package init(id: RequestID, arrival: Arrival, credentials: [any Credential], target: Target, wish: Wish) {
        self.id = id
        self.arrival = arrival
        self.credentials = credentials
        self.target = target
        self.wish = wish
    }

    package init(id: RequestID, arrival: Arrival, credentials: [any Credential], target: Target, reason: RevocationReason) {
        self.init(id: id, arrival: arrival, credentials: credentials, target: target, wish: .revoke(reason))
    }

    var digest: [UInt8] {
        var hash = FieldHash()
        hash.add(arrival.endpoint)
        hash.add(arrival.operation)
        switch target {
        case .certificate(let certificate): hash.add(certificate.der)
        case .serialNumber(let serial): hash.add(serial)
        case .holder(let names): for name in names { hash.add(name) }
        }
        switch wish {
        case .revoke(let reason, let date): hash.add("\(reason.rawValue) \(date?.timeIntervalSince1970 ?? 0)")
        case .release: hash.add("release")
        }
        return hash.finish()
    }
}
