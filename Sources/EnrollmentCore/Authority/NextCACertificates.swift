import Foundation
import PKIFormats

/// The announcement of a CA's next key generation (RFC 8894 §4.7.1): what its present key signs besides certificates and lists.
///
/// The certificates stand in the signed content, as the RFC wants it, and once more beside the signer's, where jscep looks for them.
package struct NextCACertificates: Sendable, Hashable {
    /// RA of the next generation, the generation itself, CAs above it.
    package let certificates: [Certificate]

    package init(_ certificates: [Certificate]) { self.certificates = certificates }

    private var content: [UInt8] { CMSSignedData.degenerate(certificates: certificates) }

    func signedAttributes(_ digest: HashAlgorithm, signingTime: Date) -> [UInt8] {
        CMSSignedData.signedAttributes(contentType: OIDs.data, messageDigest: digest.digest(content), signingTime: signingTime)
    }

    func assemble(_ digest: HashAlgorithm, signedAttributes: [UInt8], signer: Certificate, signature: [UInt8]) -> [UInt8] {
        CMSSignedData.assemble(
            content: content, contentType: OIDs.data, digest: digest, signedAttributes: signedAttributes, signer: signer,
            signature: signature, certificates: [signer] + certificates.filter { $0 != signer })
    }
}
