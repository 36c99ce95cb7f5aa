import Foundation
import PKIFormats

/// A CA certificate of somebody else's making with those above it, up to a root: checked before anything is believed of it.
package struct CertifiedChain: Sendable {
    /// CAs above one another; a longer path is refused.
    private static let longestPath = 8
    /// Octets of a subject key identifier; it becomes part of URLs.
    private static let longestIdentifier = 64

    package let certificate: Certificate
    /// The certificates above, nearest first, the root last.
    package let path: [Certificate]

    /// - Parameters:
    ///   - candidates: in any order; what does not belong to the path is left out.
    ///   - subject: which the certificate must have; nil: whatever it has.
    /// - Throws: `.unacceptableRequest` that says what is wrong.
    package init(for publicKey: SubjectPublicKeyInfo, subject: DistinguishedName?, among candidates: [Certificate], at instant: Date)
        throws(Refusal)
    {
        guard let certificate = candidates.first(where: { $0.publicKey == publicKey && subject.map($0.subject.matches) != false }) else {
            throw Self.refusal(
                candidates.contains { $0.publicKey == publicKey }
                    ? "the certificate has another subject than the request" : "no certificate is for the key of this CA")
        }
        var path: [Certificate] = []
        var current = certificate
        try Self.check(current, below: 0, at: instant)
        while !current.isSelfSigned {
            guard
                let above = candidates.first(where: {
                    $0.subject.matches(current.issuer) && current.isSigned(by: $0.publicKey) && !path.contains($0) && $0 != current
                })
            else { throw Self.refusal("the certificate above '\(current.subject)' is missing: the chain must reach a root") }
            path.append(above)
            guard path.count <= Self.longestPath else { throw Self.refusal("the chain has more than \(Self.longestPath) certificates") }
            try Self.check(above, below: path.count, at: instant)
            if let identifier = current.authorityKeyIdentifier, identifier != above.authorityKey {
                throw Self.refusal("the authority key identifier of '\(current.subject)' is not that of the CA above it")
            }
            current = above
        }
        self.certificate = certificate
        self.path = path
    }

    /// A certificate of a CA, valid now, that allows so many CAs below it (RFC 5280 §6.1.4).
    private static func check(_ certificate: Certificate, below: Int, at instant: Date) throws(Refusal) {
        let name = "'\(certificate.subject)'"
        guard let constraints = certificate.basicConstraints, constraints.isCA, certificate.ext(OIDs.basicConstraints)?.critical == true
        else {
            throw refusal("the certificate of \(name) is not that of a CA: no critical basicConstraints with cA")
        }
        if let limit = constraints.pathLength, limit < below {
            throw refusal("the certificate of \(name) allows \(limit) CAs below it")
        }
        guard certificate.keyUsage.map({ $0.contains(.keyCertSign) && $0.contains(.cRLSign) }) ?? (below > 0) else {
            throw refusal("the key usage of \(name) lacks keyCertSign or cRLSign")
        }
        guard certificate.validity.notBefore <= instant, instant < certificate.validity.notAfter else {
            throw refusal("the certificate of \(name) is not valid now")
        }
        guard (1...longestIdentifier).contains(certificate.authorityKey.count) else {
            throw refusal("the subject key identifier of \(name) is empty or too long")
        }
    }

    private static func refusal(_ text: String) -> Refusal {
        Refusal(.unacceptableRequest, at: .check, publicText: text, detail: text, advice: "have the CA above issue a certificate that fits")
    }
}

extension GenerationStore {
    /// Takes a checked chain in: the CAs above without their keys, then the certificate as a generation of its authority, active where
    /// there is none yet, else the next. What is there already stays.
    package func add(_ chain: CertifiedChain, authority: String, keyName: String) async throws {
        let known = try await all()
        for (position, certificate) in chain.path.enumerated().reversed() {
            guard !known.contains(where: { $0.certificate.authorityKey == certificate.authorityKey }) else { continue }
            let isFirstRoot =
                position == chain.path.count - 1 && !known.contains { $0.authority == DefaultEndpoints.rootAuthority }
            try await add(
                isFirstRoot ? DefaultEndpoints.rootAuthority : "external-\(Array(certificate.authorityKey.prefix(4)).hex)",
                certificate: certificate,
                keyName: "")
        }
        let isFirst = !known.contains { $0.authority == authority && $0.state == .active }
        try await add(authority, certificate: chain.certificate, keyName: keyName, state: isFirst ? .active : .next)
        try await removeRequest(chain.certificate.publicKey)
    }
}
