import Crypto
import Foundation
import PKIFormats
import Persistence

/// One knock at any door, in the one form that the core understands.
package final class IssuanceRequest: Sendable {
    /// What the client wants with its request.
    package enum Intent: Sendable {
        case enroll
        /// Replace this certificate, byte for byte the one that the client presented.
        case renew(of: Certificate)
        /// A certificate for somebody else, asked for by the holder of this one, a registered signer.
        case onBehalf(of: Certificate)
    }

    package let id: RequestID
    package let arrival: Arrival
    package let intent: Intent
    /// Unproven; each front end brings its own kinds.
    package let credentials: [any Credential]
    package let proposal: Proposal
    /// The key identifier of the CA generation that the client means, where its message says so (SCEP: whose RA it is encrypted to);
    /// nil: the active one.
    package let addressee: [UInt8]?
    /// What the front end writes in the transaction that releases the certificate of this issuance. A shortcut: after a crash, or for a held
    /// request, it is not called, and the front end finds the outcome by polling.
    let uponRelease: (@Sendable (RequestID) -> WriteUnit)?

    package init(
        id: RequestID, arrival: Arrival, intent: Intent, credentials: [any Credential], proposal: Proposal, addressee: [UInt8]? = nil,
        uponRelease: (@Sendable (RequestID) -> WriteUnit)? = nil
    ) {
        self.uponRelease = uponRelease
        self.id = id
        self.arrival = arrival
        self.intent = intent
        self.credentials = credentials
        self.proposal = proposal
        self.addressee = addressee
        var hash = FieldHash()
        hash.add(arrival.endpoint)
        hash.add(arrival.operation)
        hash.add(proposal.certificationRequest.info)
        if case .renew(let predecessor) = intent { hash.add(predecessor.der) } else { hash.add([UInt8]()) }
        hash.add(arrival.retryID)
        // One inside the CertificationRequestInfo counts there already.
        if let hint = proposal.templateHint, hint != proposal.certificationRequest.templateName { hash.add(hint) }
        if let addressee { hash.add(addressee) }
        digest = hash.finish()
        isPossessionProved = false
        firstArrivedAt = arrival.instant
    }

    /// A request that was checked when it was held, and has lost its signature since.
    init(
        id: RequestID, arrival: Arrival, intent: Intent, credentials: [any Credential], proposal: Proposal, addressee: [UInt8]?,
        checkedAs digest: [UInt8], firstArrivedAt: Date
    ) {
        self.id = id
        self.arrival = arrival
        self.intent = intent
        self.credentials = credentials
        self.proposal = proposal
        self.addressee = addressee
        self.digest = digest
        uponRelease = nil
        isPossessionProved = true
        self.firstArrivedAt = firstArrivedAt
    }

    /// Whether the proof of possession was checked before the request was held.
    let isPossessionProved: Bool
    /// For a held request earlier than its present arrival: policy asks when the client came, not when a person approved.
    let firstArrivedAt: Date

    /// SHA-256 of what makes two requests the same one: endpoint, operation, CertificationRequestInfo, predecessor, the exchange's
    /// `retryID`, and the template and the CA generation that are named beside it.
    package let digest: [UInt8]
}

/// SHA-256 over fields with their lengths, so that no two lists of fields hash alike.
struct FieldHash {
    private var hash = SHA256()

    mutating func add(_ field: [UInt8]) {
        field.withUnsafeBytes { add($0) }
    }

    mutating func add(_ field: String) {
        var field = field
        field.withUTF8 { add(UnsafeRawBufferPointer($0)) }
    }

    private mutating func add(_ field: UnsafeRawBufferPointer) {
        withUnsafeBytes(of: UInt64(field.count).bigEndian) { hash.update(bufferPointer: $0) }
        hash.update(bufferPointer: field)
    }

    func finish() -> [UInt8] { hash.finalize().octets }
}
