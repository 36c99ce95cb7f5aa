import EnrollmentCore
import WSTEPWire

/// A request that gets a fault: what the client reads, and what the trail does.
struct WSTEPRejection: Error, Sendable {
    let fault: SOAPFault
    let refusal: Refusal
    /// Whether the core has written the refusal to the trail already.
    let isRecorded: Bool

    /// A fault that the protocol names; the trail gets its code from the table.
    init(_ fault: SOAPFault) {
        self.fault = fault
        let detail = [fault.reason, fault.detail?.errorCode.description].compactMap { $0 }.joined(separator: " ")
        refusal = Refusal(WSTEPRefusals.code(of: fault), at: .decode, publicText: fault.reason, detail: detail)
        isRecorded = false
    }

    /// A refusal of the core, or one in its words.
    init(_ refusal: Refusal, service: WSTEPService, isRecorded: Bool) {
        fault = WSTEPRefusals.fault(for: refusal, service: service)
        self.refusal = refusal
        self.isRecorded = isRecorded
    }
}
