import EnrollmentCore
import PKIFormats

/// An account that signed a revocation, with the names of the certificate it is about. Only for a decoder that has verified the signature.
struct ACMEAccountCredential: Credential {
    let accountID: String
    let names: [GeneralName]
}
