import EnrollmentCore
import Foundation
import PKIFormats

/// What a service posts: our own form, or the event that an MDM sends when a device left it.
enum RevocationRequestDecoder {
    /// What is asked for.
    enum Wish: Equatable {
        case revoke(RevocationRequest.Target, RevocationReason)
        /// The device has left: it may hold nothing of this endpoint, and that is well.
        case deviceLeft([String], RevocationReason)
        /// An event that asks for nothing.
        case nothing

        static func == (left: Wish, right: Wish) -> Bool { "\(left)" == "\(right)" }
    }

    /// - Throws: `.malformed`, `.unacceptableRequest` for an unknown reason.
    static func decode(_ body: [UInt8]) throws(Refusal) -> Wish {
        guard let message = try? JSONDecoder().decode(Message.self, from: Data(body)) else {
            throw malformed("the body is no JSON object of a known form")
        }
        if let topic = message.topic {
            // MicroMDM and NanoMDM: the device took leave.
            guard topic == "mdm.CheckOut" else { return .nothing }
            return .deviceLeft(try names([message.checkIn?.udid]), .cessationOfOperation)
        }
        if let webhook = message.webhook {
            // Jamf Pro.
            guard webhook.webhookEvent == "MobileDeviceUnEnrolled" else { return .nothing }
            return .deviceLeft(try names([message.event?.serialNumber, message.event?.udid]), .cessationOfOperation)
        }
        let reason = try reason(message.reason)
        switch (message.serial, message.name) {
        case (let serial?, nil):
            guard let contents = SerialNumber.contents(hex: serial) else { throw malformed("'serial' is no serial number in hex") }
            return .revoke(.serialNumber(contents), reason)
        case (nil, let name?): return .revoke(.holder(try names([name])), reason)
        default: throw malformed("the body must hold either 'serial' or 'name'")
        }
    }

    private struct Message: Decodable {
        struct Webhook: Decodable {
            let webhookEvent: String
        }

        struct Device: Decodable {
            let udid: String?
            let serialNumber: String?
        }

        let serial: String?
        let name: String?
        let reason: String?
        let topic: String?
        let checkIn: Device?
        let webhook: Webhook?
        let event: Device?

        private enum CodingKeys: String, CodingKey {
            case serial, name, reason, topic, webhook, event
            case checkIn = "checkin_event"
        }
    }

    private static func names(_ names: [String?]) throws(Refusal) -> [String] {
        let usable = names.compactMap(\.self).filter { (3...255).contains($0.utf8.count) }
        guard !usable.isEmpty else { throw malformed("the message names no device of 3 to 255 bytes") }
        return usable
    }

    private static func reason(_ text: String?) throws(Refusal) -> RevocationReason {
        guard let text else { return .cessationOfOperation }
        guard let reason = RevocationReason(name: text), RevocationDesk.reasons.contains(reason), reason != .certificateHold else {
            throw Refusal(
                .unacceptableRequest, at: .decode, publicText: "this reason is not accepted", detail: "the reason '\(text.prefix(60))'",
                advice: "use a reason of RFC 5280 such as keyCompromise or cessationOfOperation; only an operator puts on hold")
        }
        return reason
    }

    private static func malformed(_ detail: String) -> Refusal { Refusal(.malformed, at: .decode, publicText: detail, detail: detail) }
}
