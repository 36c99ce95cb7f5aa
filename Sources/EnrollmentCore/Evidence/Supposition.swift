import Foundation
import PKIFormats

/// Evidence that an operator supposes, to try a policy: `KIND`, `KIND=PATTERN,…`, `user:NAME`, `challenge:ID` or `certificate:SERIAL`.
package struct Supposition: Sendable {
    /// Where what is known of users, challenges and certificates stands.
    package struct Sources: Sendable {
        let users: UserStore
        let challenges: ChallengeStore
        let search: LedgerSearch
    }

    package let proof: Proof
    /// The certificate that would be renewed.
    package let predecessor: Certificate?

    private static let words: [String: Fact.Kind] = [
        "challenge": .knowsChallenge, "password": .knowsPassword, "user": .knowsPassword, "certificate": .holdsPrivateKey,
        "control": .controlsIdentifier, "signer": .registeredSigner, "operator": .operatorApproved,
    ]

    /// - Throws: `.malformed`, or `.notFound` for a user, challenge or certificate that the endpoint does not have.
    package static func read(_ text: String, endpoint: String, from sources: Sources) async throws -> Supposition {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let head = parts[0].split(separator: ":", maxSplits: 1).map(String.init)
        guard let word = head.first, let kind = words[word] ?? Fact.Kind(rawValue: word) else {
            throw Refusal(
                .malformed, at: .authenticate, publicText: "'\(text)' is no evidence",
                detail: "it begins with none of \((words.keys + Fact.Kind.allCases.map(\.rawValue)).sorted().joined(separator: ", "))",
                advice: "for example user:alice, challenge=*.corp.example or certificate:SERIAL")
        }
        var covers: [NamePattern] = []
        if parts.count == 2 { covers = try parts[1].split(separator: ",").map { try NamePattern(String($0)) } }
        guard head.count == 2 else {
            return Supposition(proof: Proof(fact: fact(kind), principal: "\(word):supposed", covers: covers), predecessor: nil)
        }
        let known = try await known(kind, head[1], endpoint: endpoint, sources)
        let proof = known.proof
        return Supposition(
            proof: Proof(
                fact: proof.fact, principal: proof.principal, covers: parts.count == 2 ? covers : proof.covers,
                predecessorTemplate: proof.predecessorTemplate),
            predecessor: known.predecessor)
    }

    private static func known(_ kind: Fact.Kind, _ name: String, endpoint: String, _ sources: Sources) async throws -> Supposition {
        switch kind {
        case .knowsPassword:
            guard let user = try await sources.users.find(name, endpoint: endpoint), user.disabledAt == nil else { break }
            return Supposition(proof: Proof(fact: .knowsPassword, principal: "user:\(name)", covers: user.covers), predecessor: nil)
        case .knowsChallenge:
            guard let challenge = try await sources.challenges.find(id: name, endpoint: endpoint) else { break }
            return Supposition(
                proof: Proof(fact: .knowsChallenge, principal: "challenge:\(name)", covers: challenge.covers), predecessor: nil)
        case .holdsPrivateKey:
            guard let serial = SerialNumber.contents(hex: name), let record = try await sources.search.issuance(serialNumber: serial),
                let certificate = record.certificate
            else { break }
            return Supposition(
                proof: CertificateAuthenticator.proof(of: certificate, template: record.template), predecessor: certificate)
        default:
            return Supposition(proof: Proof(fact: fact(kind), principal: "\(kind.rawValue):\(name)", covers: []), predecessor: nil)
        }
        throw Refusal(
            .notFound, at: .authenticate, publicText: "there is no such evidence", detail: "no \(kind.rawValue) '\(name)' at \(endpoint)",
            advice: "see `muster challenge list`, `muster list`; or suppose the names: challenge=*.corp.example")
    }

    private static func fact(_ kind: Fact.Kind) -> Fact {
        switch kind {
        case .knowsChallenge: .knowsChallenge
        case .knowsPassword: .knowsPassword
        case .holdsPrivateKey: .holdsPrivateKey(fingerprint: [])
        case .registeredSigner: .registeredSigner(fingerprint: [])
        case .controlsIdentifier: .controls("supposed", method: "supposed")
        case .externallyAuthorized: .externallyAuthorized(by: "supposed")
        case .operatorApproved: .operatorApproved
        case .scheduledRenewal: .scheduledRenewal
        case .registeredRevoker: .registeredRevoker
        }
    }
}

extension EnrollmentServices {
    package var suppositions: Supposition.Sources { Supposition.Sources(users: users, challenges: challenges, search: search) }
}
