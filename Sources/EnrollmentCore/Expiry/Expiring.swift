import Foundation

/// Something that ends, and that somebody should know of beforehand.
package struct Expiring: Sendable, Hashable, Codable {
    package enum Kind: String, Sendable, Codable, CaseIterable {
        /// Of a client.
        case certificate
        case authority
        case scepRA = "scep-ra"
        case ocspResponder = "ocsp-responder"
        case tlsServer = "tls-server"
        case list = "crl"
    }

    package let kind: Kind
    /// What a person calls it.
    package let name: String
    /// A serial number, a key identifier or a list's file name.
    package let identifier: String
    package let begins: Date
    package let ends: Date
    /// Of an authority: the longest life in seconds that a template gives to what it issues.
    package var longestIssued: TimeInterval?

    private static let day: TimeInterval = 86_400

    /// Seconds before the end at which somebody is to be told, the longest first; 0 is the end itself.
    /// - Parameter days: for certificates. A span longer than a third of the life would speak of what is as good as new.
    package func thresholds(days: [Int]) -> [TimeInterval] {
        let life = ends.timeIntervalSince(begins)
        func spans(_ days: [Int]) -> [TimeInterval] {
            days.map { Double($0) * Self.day }.filter { $0 <= life / 3 }.sorted(by: >)
        }
        switch kind {
        case .certificate: return spans(days)
        case .authority: return Set(spans([365, 182, 90, 30, 7, 1]) + [0] + [longestIssued].compactMap(\.self)).sorted(by: >)
        case .scepRA, .ocspResponder, .tlsServer: return spans([30, 7, 1]) + [0]
        // Half a list's life without a new one means that publications were missed; the root's is published by hand.
        case .list: return [min(life / 2, 60 * Self.day), min(life / 8, 7 * Self.day), 0]
        }
    }
}
