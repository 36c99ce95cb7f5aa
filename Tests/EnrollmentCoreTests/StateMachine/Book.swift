import EnrollmentCore
import PKIFormats
import Synchronization

/// What left the server in one run, and what went wrong.
final class Book: Sendable {
    struct Delivery: Sendable, Hashable {
        let to: String
        let id: RequestID
        let certificate: Certificate

        init(to name: String, id: RequestID, certificate: Certificate) {
            to = name
            self.id = id
            self.certificate = certificate
        }
    }

    private let state = Mutex<(deliveries: [Delivery], faults: [String])>(([], []))

    var deliveries: [Delivery] { state.withLock(\.deliveries) }
    var faults: [String] { state.withLock(\.faults) }

    func add(_ delivery: Delivery) { state.withLock { $0.deliveries.append(delivery) } }
    func fault(_ text: String) { state.withLock { $0.faults.append(text) } }
    func reset() { state.withLock { $0 = ([], []) } }
}
