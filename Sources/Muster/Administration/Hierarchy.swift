import EnrollmentCore
import PKIFormats

/// A CA that issues, by default the one that the commands and pages of an installation show, and the root above it.
struct Hierarchy: Sendable {
    let root: Certificate
    let issuing: Certificate

    init(_ authorities: AuthorityRegistry, of authority: String = DefaultEndpoints.issuingAuthority) throws {
        guard let identity = authorities.active(authority)?.identity, let issuing = identity.certificate,
            let root = identity.root
        else { throw CommandFailure("the database holds no CA: was `muster init` interrupted?") }
        self.root = root
        self.issuing = issuing
    }
}
