import Foundation

/// What Jamf Pro and those who took over its form post when they want a challenge for a device: the event `SCEPChallenge`.
struct SCEPChallengeEvent: Sendable {
    /// The serial number, else the UUID of the device, where the sender names one.
    let device: String?

    private struct Body: Decodable {
        struct Webhook: Decodable {
            let webhookEvent: String
        }

        struct Event: Decodable {
            struct Device: Decodable {
                let uuid: String?
                let serialNumber: String?
            }

            let device: Device?
        }

        let webhook: Webhook
        let event: Event
    }

    /// Nil for anything but such an event.
    init?(_ body: [UInt8]) {
        guard let decoded = try? JSONDecoder().decode(Body.self, from: Data(body)), decoded.webhook.webhookEvent == "SCEPChallenge" else {
            return nil
        }
        let named = decoded.event.device?.serialNumber ?? decoded.event.device?.uuid
        device = named.flatMap { (1...255).contains($0.utf8.count) ? $0 : nil }
    }
}
