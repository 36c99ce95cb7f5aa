import EnrollmentCore
import Foundation

/// What is known of a message before it is decoded.
struct WSTEPArrival: Sendable {
    /// The endpoint's name, or what the URL says where there is none.
    let endpoint: String
    let service: WSTEPService
    let peer: String?
    let userAgent: String?
    let instant: Date
    var raw: [UInt8] = []

    /// The same in the core's form.
    func core(operation: String, exchangeID: [UInt8] = []) -> Arrival {
        Arrival(
            endpoint: endpoint, binding: service.binding, operation: operation, peer: peer, userAgent: userAgent, exchangeID: exchangeID,
            instant: instant, raw: raw)
    }
}
