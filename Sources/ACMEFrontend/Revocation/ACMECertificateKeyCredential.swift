import ACMEWire
import EnrollmentCore
import PKIFormats

/// A certificate whose own key signed its revocation.
struct ACMECertificateKeyCredential: Credential {
    let certificate: Certificate

    /// Nil unless `key`, under which the request's signature was verified, is the certificate's.
    init?(_ certificate: Certificate, signedBy key: JWK) {
        guard certificate.publicKey.kind == key.publicKey.kind, certificate.publicKey.keyBytes == key.publicKey.keyBytes else { return nil }
        self.certificate = certificate
    }
}
