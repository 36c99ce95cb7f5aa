import Foundation
import PKIFormats

/// What happened, for the audit log: members of one JSON object, without its braces; the chain adds the number. Holds no secrets.
package struct AuditEntry: Sendable {
    /// The closed list of what is logged.
    package enum Event: String, Sendable, CaseIterable, Codable {
        /// The intent to issue is durable: who asked, by which rule's template, for which names, under which serial number.
        case recorded
        /// The signed certificate is durable.
        case issued
        /// A recorded serial number that will never be signed.
        case abandoned
        case held, approved, rejected
        case refused, revoked
        /// A certificate on hold is good again.
        case unrevoked
        /// A user of an endpoint has fetched a one-time password for a device.
        case challengeMade
        /// An operator's operation begins, ends, or fails.
        case operation, operationDone, operationFailed
        /// Everything up to a number, signed.
        case checkpoint
        /// The log before a number was deleted by policy.
        case pruned
    }

    /// `"at":"…","event":"…",…`
    package let json: String

    /// - Parameter facts: those that are nil are left out.
    package init(_ event: Event, at instant: Date, _ facts: KeyValuePairs<String, String?> = [:]) {
        var json = ByteText(capacity: facts.reduce(64) { $0 + 8 + $1.key.utf8.count + ($1.value?.utf8.count ?? 0) })
        json.append(literal: "\"at\":\"")
        json.append(instant.utcText)
        json.append(literal: "\",\"event\":\"")
        json.append(event.rawValue)
        json.append(literal: "\"")
        for (name, value) in facts {
            guard let value else { continue }
            json.append(literal: ",\"")
            json.append(name)
            json.append(literal: "\":")
            json.append(quoted: value)
        }
        self.json = json.string
    }
}
