import EnrollmentCore
import Foundation
import PKIFormats

/// A CRL that a CA elsewhere has signed: relying parties find it here, beside the others.
struct ImportCRL: AdminOperation {
    /// PEM or DER.
    let list: Data

    func perform(in administration: Administration) async throws -> PublishCRLs.Reply {
        let bytes = [UInt8](list)
        let list =
            try bytes.first == 0x30
            ? CertificateRevocationList(der: bytes) : CertificateRevocationList(pem: String(decoding: bytes, as: UTF8.self))
        let issuers = administration.core.authorities.generations.filter { $0.identity.subject.matches(list.issuer) }
        guard let issuer = issuers.first(where: { list.isSigned(by: $0.identity.publicKey) }), let certificate = issuer.identity.certificate
        else {
            throw CommandFailure("no CA here has signed this CRL of '\(list.issuer)': `muster ca list`")
        }
        let published = try await administration.core.revocationLists.importList(list, of: certificate)
        return PublishCRLs.Reply(lists: [
            PublishCRLs.List(
                authority: issuer.identity.authority, number: published.number, entries: list.entries.count,
                thisUpdate: published.thisUpdate,
                nextUpdate: published.nextUpdate)
        ])
    }
}
