import PKIFormats

/// What a challenge is bound to, beyond the names it covers: a request that differs in one of these may not use it, nor spends it.
package struct ChallengeBinding: Sendable, Hashable, Codable {
    /// The whole subject in the form of RFC 4514, for example `CN=device-7,O=Example`; case and spaces between attributes do not matter.
    package let subject: String?
    /// The alternative names, each literal as in `dns:a.example`: the request must ask for all of them and for no other.
    package let names: [NamePattern]?
    /// What the device is called in its request: a serialNumber, UID, unstructuredName, dnQualifier or common name of the subject, or
    /// the end of a URI.
    package let device: String?

    /// Nil when nothing is bound.
    package init?(subject: String? = nil, names: [NamePattern] = [], device: String? = nil) {
        guard subject != nil || !names.isEmpty || device != nil else { return nil }
        self.subject = subject
        self.names = names.isEmpty ? nil : names
        self.device = device
    }

    /// For the operator's list: `subject CN=a; names dns:a; device 7`.
    package var summary: String {
        var parts = subject.map { ["subject \($0)"] } ?? []
        if let names { parts.append("names \(names.map(\.description).joined(separator: " "))") }
        if let device { parts.append("device \(device)") }
        return parts.joined(separator: "; ")
    }

    /// What of a proposal differs from the binding, for the trail; nil when all is as bound.
    func difference(in proposal: Proposal) -> String? {
        let requested = proposal.certificationRequest.subject
        if let subject, Self.canonical(subject) != Self.canonical(requested.description) {
            return "it is bound to subject '\(subject)', not '\(requested)'"
        }
        if let names {
            let wanted = proposal.alternativeNames
            guard wanted.allSatisfy({ name in names.contains { $0.covers(name) } }),
                names.allSatisfy({ pattern in wanted.contains { pattern.covers($0) } })
            else { return "it is bound to the names \(names.map(\.description).joined(separator: " "))" }
        }
        if let device, !Self.devices(in: proposal).contains(where: { $0.lowercased() == device.lowercased() }) {
            return "it is bound to device '\(device)'"
        }
        return nil
    }

    private static func devices(in proposal: Proposal) -> [String] {
        let kinds = [OIDs.serialNumber, OIDs.userID, OIDs.unstructuredName, OIDs.dnQualifier, OIDs.commonName]
        let attributes = proposal.certificationRequest.subject.attributes.filter { kinds.contains($0.oid) }.map(\.text)
        let tails = proposal.alternativeNames.compactMap { name -> String? in
            guard case .uri(let text) = name else { return nil }
            return text.split { $0 == ":" || $0 == "/" }.last.map(String.init)
        }
        return attributes + tails
    }

    private static func canonical(_ name: String) -> String {
        name.lowercased().split(separator: ",").map { part in
            part.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
        }.joined(separator: ",")
    }
}
