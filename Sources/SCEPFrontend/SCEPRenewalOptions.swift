import EnrollmentCore
import Foundation
import PKIFormats

/// What an endpoint asks of a certificate that renews itself, beyond what always holds: the exact stored certificate, unrevoked, of this
/// endpoint or of one in `renewsFrom`, with no name that it does not have.
package struct SCEPRenewalOptions: Codable, Sendable, Hashable {
    /// Which names the successor may have.
    package enum Names: String, Codable, Sendable, CaseIterable {
        /// Those of the old certificate, or some of them.
        case covered
        /// Exactly the subject and the alternative names of the old certificate.
        case same
    }

    /// Which key the successor may have; what the template says of key reuse holds besides.
    package enum Key: String, Codable, Sendable, CaseIterable {
        case any
        case new
        /// For keys that cannot leave their chip and are not replaced.
        case same
    }

    /// Days after its end in which a certificate still renews itself.
    package var graceDays = 0
    /// Days before its end from which a certificate renews itself; 0: at any time.
    package var windowDays = 0
    package var names = Names.covered
    package var key = Key.any

    package init() {}

    private enum CodingKeys: String, CodingKey {
        case graceDays, windowDays, names, key
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        graceDays = try container.decode(Int.self, forKey: .graceDays)
        windowDays = try container.decode(Int.self, forKey: .windowDays)
        names = try container.decode(Names.self, forKey: .names)
        key = try container.decode(Key.self, forKey: .key)
        guard (0...365).contains(graceDays) else {
            throw DecodingError.dataCorruptedError(forKey: .graceDays, in: container, debugDescription: "0 to 365")
        }
        guard (0...3650).contains(windowDays) else {
            throw DecodingError.dataCorruptedError(forKey: .windowDays, in: container, debugDescription: "0 to 3650")
        }
    }

    /// Seconds.
    var grace: TimeInterval { TimeInterval(graceDays) * 86_400 }

    /// - Throws: a refusal that tells the client what would be taken.
    func check(_ csr: CertificationRequest, renewing old: Certificate, at now: Date) throws(Refusal) {
        let opens = old.validity.notAfter.addingTimeInterval(-TimeInterval(windowDays) * 86_400)
        guard windowDays == 0 || opens <= now else {
            throw Self.refusal(
                .unacceptableRequest, "this certificate is renewed in its last \(windowDays) days, not before",
                detail: "certificate \(old.serialHex) is renewed from \(opens) on")
        }
        switch key {
        case .any: break
        case .new:
            guard csr.publicKey != old.publicKey else {
                throw Self.refusal(
                    .unacceptableKey, "a renewal needs a new key here", detail: "certificate \(old.serialHex) has the same key")
            }
        case .same:
            guard csr.publicKey == old.publicKey else {
                throw Self.refusal(
                    .unacceptableKey, "a renewal keeps its key here", detail: "certificate \(old.serialHex) has another key")
            }
        }
        guard names == .covered || Self.isSame(csr, old) else {
            throw Self.refusal(
                .unacceptableName, "a renewal asks for exactly the names of the old certificate here",
                detail: "asked for '\(csr.subject)', certificate \(old.serialHex) is '\(old.subject)'")
        }
    }

    /// In any order. A request without alternative names leaves them to the template, as the first one could.
    private static func isSame(_ csr: CertificationRequest, _ old: Certificate) -> Bool {
        func attributes(_ name: DistinguishedName) -> [String] { name.attributes.map { "\($0.oid)=\($0.text.lowercased())" }.sorted() }
        let asked = csr.subjectAlternativeNames
        return attributes(csr.subject) == attributes(old.subject) && (asked.isEmpty || Set(asked) == Set(old.subjectAlternativeNames))
    }

    private static func refusal(_ code: Refusal.Code, _ publicText: String, detail: String) -> Refusal {
        Refusal(
            code, at: .decode, publicText: publicText, detail: detail,
            advice: "`muster endpoint option` shows and changes the endpoint's renewal rules")
    }
}
