import EnrollmentCore
import PKIFormats

/// The two CAs of an installation that its own commands and pages show: the one that issues by default, and the root above it.
struct Hierarchy: Sendable {
    let root: Certificate
    let issuing: Certificate

    init(_ authorities: AuthorityRegistry) throws {
        guard let identity = authorities.active(DefaultEndpoints.issuingAuthority)?.identity, let issuing = identity.certificate,
            let root = identity.root
        else { throw CommandFailure("the database holds no CA: was `muster init` interrupted?") }
        self.root = root
        self.issuing = issuing
    }
}
