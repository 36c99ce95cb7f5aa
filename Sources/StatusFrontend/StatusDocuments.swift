import EnrollmentCore
import Foundation
import PKIFormats

/// Everything a relying party may read, from the core's public stores. Nothing here needs a CA key or writes.
struct StatusDocuments: Sendable {
    /// A revoked certificate shows in the CRL when it is published anew; caches must not add much to that.
    private static let longestListAge = 600
    private static let certificateAge = 86_400

    let generations: GenerationStore
    let lists: RevocationLists
    let surroundings: Surroundings
    private let kept: KeptLists

    init(generations: GenerationStore, lists: RevocationLists, surroundings: Surroundings) {
        self.generations = generations
        self.lists = lists
        self.surroundings = surroundings
        kept = KeptLists(lists)
    }

    /// A current CRL of a key generation (RFC 5280 §4.2.1.13, RFC 2585 §3): complete, of a shard, or what amends either.
    /// - Parameter name: see `ListScope.fileName`.
    func revocationList(_ name: String) async throws -> StatusDocument? {
        guard let scope = ListScope(fileName: name) else { return nil }
        return try await kept.document(scope) { list in
            StatusDocument(
                contentType: "application/pkix-crl", body: list.der, lastModified: list.thisUpdate, expires: list.nextUpdate,
                longestAge: Self.longestListAge)
        }
    }

    /// The certificate of a key generation (RFC 5280 §4.2.2.1).
    /// - Parameter name: `HEX.cer`.
    func certificate(_ name: String) async throws -> StatusDocument? {
        guard let identifier = Self.identifier(name, suffix: ".cer") else { return nil }
        let found = try await generations.all().first { $0.certificate.authorityKey == identifier }
        return found.map {
            StatusDocument(
                contentType: "application/pkix-cert", body: $0.certificate.der, expires: .distantFuture, longestAge: Self.certificateAge)
        }
    }

    /// All CA certificates in PEM: the issuing ones first, the roots last.
    func chain() async throws -> StatusDocument {
        let certificates = try await inUse().map(\.certificate)
        let ordered = certificates.filter { !$0.isSelfSigned } + certificates.filter(\.isSelfSigned)
        return StatusDocument(
            contentType: "application/pem-certificate-chain", body: Array(ordered.map(\.pem).joined().utf8), expires: .distantFuture,
            longestAge: Self.certificateAge)
    }

    /// What FreeRADIUS (`ca_file` with `check_all_crl`) or a web server loads: the roots and every current CRL, in PEM. Issuing
    /// certificates are left out on purpose: clients send theirs, and a trust anchor in the middle would end the check early.
    func relyingPartyBundle() async throws -> StatusDocument {
        var text = ""
        var expires = Date.distantFuture
        let inUse = try await inUse()
        for generation in inUse where generation.certificate.isSelfSigned { text += generation.certificate.pem }
        for generation in inUse {
            guard let list = try await lists.current(issuerKey: generation.certificate.authorityKey) else { continue }
            text += PEM.encode(label: "X509 CRL", list.der)
            expires = min(expires, list.nextUpdate)
        }
        return StatusDocument(
            contentType: "application/x-pem-file", body: Array(text.utf8), expires: expires, longestAge: Self.longestListAge)
    }

    /// Generations whose certificates may still be met: a next root is known before it is used.
    private func inUse() async throws -> [GenerationStore.Generation] { try await generations.all().filter(\.state.signsStatus) }

    private static func identifier(_ name: String, suffix: String) -> [UInt8]? {
        guard name.utf8.count <= 140, name.hasSuffix(suffix) else { return nil }
        return [UInt8](hex: String(name.dropLast(suffix.count)))
    }
}
