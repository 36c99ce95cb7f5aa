import EnrollmentCore
import Synchronization

/// Finished answers to GetNextCACert: anybody may ask, so the CA's key signs each announcement once and not once a question.
final class NextCAAnnouncements: Sendable {
    private let bodies = Mutex<[NextCACertificates: [UInt8]]>([:])

    func body(of next: SCEPIdentity.Next) async throws(Refusal) -> [UInt8] {
        if let known = bodies.withLock({ $0[next.certificates] }) { return known }
        let body = try await next.sign(next.certificates)
        bodies.withLock { bodies in
            // A rollover makes one; what is older than a few of them is not asked for any more.
            if bodies.count >= 16 { bodies.removeAll() }
            bodies[next.certificates] = body
        }
        return body
    }
}
