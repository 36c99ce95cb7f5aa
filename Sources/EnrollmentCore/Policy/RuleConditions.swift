import Foundation
import PKIFormats

/// What must be so, beside the proofs, for a rule to decide. Everything given must hold; what is not given is not asked.
package struct RuleConditions: Sendable, Hashable, Codable {
    /// How often a rule lets pass.
    package struct Rate: Sendable, Hashable, Codable {
        /// Whose requests are counted together.
        package enum Scope: String, Sendable, CaseIterable, Codable {
            case principal, endpoint
        }

        package let count: Int
        /// Seconds.
        package let within: Int
        package let per: Scope

        package init(count: Int, within: Int, per: Scope = .principal) {
            self.count = count
            self.within = within
            self.per = per
        }
    }

    /// Where the request came from.
    package var peers: [NetworkRange] = []
    /// Every name that the request asks for must be one of these.
    package var names: [NamePattern] = []
    package var keys: [Template.AllowedKey] = []
    /// The request names one of these templates.
    package var asksFor: [String] = []
    /// `user:alice`, or `user:*` for all that begin so.
    package var principals: [String] = []
    /// One of these must be now.
    package var hours: [TimeWindow] = []
    package var rate: Rate?

    package init() {}

    /// Why the request is none of this rule's; nil where all holds. The rate is looked at elsewhere: it costs a query.
    func objection(to applicant: Applicant) -> String? {
        if !peers.isEmpty {
            guard let peer = applicant.peer else { return "the request has no address" }
            guard peers.contains(where: { $0.contains(peer) }) else {
                return "\(peer) is not in \(peers.map(\.description).joined(separator: ", "))"
            }
        }
        if !principals.isEmpty, !principals.contains(where: { Self.matches($0, applicant.principal) }) {
            return "\(applicant.principal) is not among \(principals.joined(separator: ", "))"
        }
        if !hours.isEmpty, !hours.contains(where: { $0.contains(applicant.arrivedAt) }) { return "not at this time" }
        let proposal = applicant.request.proposal
        if !keys.isEmpty, !keys.contains(where: { $0.admits(proposal.publicKey.kind) }) {
            return "a \(proposal.publicKey.kind) key is not among \(keys.map(\.rawValue).joined(separator: ", "))"
        }
        if !asksFor.isEmpty {
            guard let hint = proposal.templateHint else { return "the request names no template" }
            guard asksFor.contains(hint) else { return "template '\(hint)' is not among \(asksFor.joined(separator: ", "))" }
        }
        guard !names.isEmpty else { return nil }
        if let commonName = proposal.commonName, !names.contains(where: { $0.covers(commonName: commonName) }) {
            return "the common name '\(commonName)' is not among \(names.map(\.description).joined(separator: ", "))"
        }
        if let other = proposal.alternativeNames.first(where: { name in !names.contains { $0.covers(name) } }) {
            return "\(other) is not among \(names.map(\.description).joined(separator: ", "))"
        }
        return proposal.commonName == nil && proposal.alternativeNames.isEmpty ? "the request names nobody" : nil
    }

    private static func matches(_ pattern: String, _ principal: String) -> Bool {
        pattern.hasSuffix("*") ? principal.hasPrefix(pattern.dropLast()) : pattern == principal
    }
}

extension RuleConditions {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case peers, names, keys, asksFor, principals, hours, rate
    }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownKeys(CodingKeys.self)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func list<Element: Decodable>(_ key: CodingKeys) throws -> [Element] {
            guard let list = try container.decodeIfPresent([Element].self, forKey: key) else { return [] }
            // Else a restriction taken away by halves would let everyone in.
            guard !list.isEmpty else { throw decoder.corrupted("\(key.rawValue) is empty: name one, or leave it out") }
            return list
        }
        peers = try list(.peers)
        names = try list(.names)
        keys = try list(.keys)
        asksFor = try list(.asksFor)
        principals = try list(.principals)
        hours = try list(.hours)
        rate = try container.decodeIfPresent(Rate.self, forKey: .rate)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        if !peers.isEmpty { try container.encode(peers, forKey: .peers) }
        if !names.isEmpty { try container.encode(names, forKey: .names) }
        if !keys.isEmpty { try container.encode(keys, forKey: .keys) }
        if !asksFor.isEmpty { try container.encode(asksFor, forKey: .asksFor) }
        if !principals.isEmpty { try container.encode(principals, forKey: .principals) }
        if !hours.isEmpty { try container.encode(hours, forKey: .hours) }
        try container.encodeIfPresent(rate, forKey: .rate)
    }
}

extension RuleConditions.Rate {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case count, within, per
    }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownKeys(CodingKeys.self)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        count = try container.decode(Int.self, forKey: .count)
        within = try container.decode(TimeSpan.self, forKey: .within).seconds
        per = try container.decodeIfPresent(Scope.self, forKey: .per) ?? .principal
        guard (1...1_000_000).contains(count), (1...(366 * 86_400)).contains(within) else {
            throw decoder.corrupted("count from 1 to 1000000, within up to a year")
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(count, forKey: .count)
        try container.encode(TimeSpan(seconds: within), forKey: .within)
        try container.encode(per, forKey: .per)
    }
}
