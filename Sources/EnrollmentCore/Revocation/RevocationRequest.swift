import Foundation
import PKIFormats

/// A wish to revoke one certificate, from the operator or through a protocol.
package struct RevocationRequest: Sendable {
    package let id: RequestID
    package let arrival: Arrival
    package let credentials: [any Credential]
    package let target: Target
    package let reason: RevocationReason

    /// Which certificate is meant.
    package enum Target: Sendable {
        /// Exactly these bytes.
        case certificate(Certificate)
        /// Serial number as DER INTEGER contents; must be unique among all issuers of this server.
        case serialNumber([UInt8])
    }

    package init(id: RequestID, arrival: Arrival, credentials: [any Credential], target: Target, reason: RevocationReason) {
        self.id = id
        self.arrival = arrival
        self.credentials = credentials
        self.target = target
        self.reason = reason
    }

    var digest: [UInt8] {
        var hash = FieldHash()
        hash.add(arrival.endpoint)
        hash.add(arrival.operation)
        switch target {
        case .certificate(let certificate): hash.add(certificate.der)
        case .serialNumber(let serial): hash.add(serial)
        }
        hash.add(String(reason.rawValue))
        return hash.finish()
    }
}
