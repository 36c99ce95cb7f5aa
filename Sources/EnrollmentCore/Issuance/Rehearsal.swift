import Foundation
import PKIFormats

/// What would become of a request: the same stages as an issuance, up to the check, on supposed evidence. Nothing is signed or written.
package struct Rehearsal: Sendable {
    package enum Verdict: Sendable {
        case issue
        case hold(reason: String, approvals: Int)
        case refuse(Refusal)
    }

    package let verdict: Verdict
    package let trail: Trail
    /// Nil where no rule gave one.
    package let template: (name: String, version: Int)?
    /// The TBSCertificate, with a serial number that nobody will see again; nil where it was refused before its shape was known.
    package let toBeSigned: [UInt8]?
    package let algorithm: SignatureAlgorithm?

    fileprivate init(
        _ verdict: Verdict, trail: Trail, template: (name: String, version: Int)? = nil, toBeSigned: [UInt8]? = nil,
        algorithm: SignatureAlgorithm? = nil
    ) {
        self.verdict = verdict
        self.trail = trail
        self.template = template
        self.toBeSigned = toBeSigned
        self.algorithm = algorithm
    }
}

extension IssuancePipeline {
    /// Takes a request through authorize, shape and check as if these proofs had been given.
    package func rehearse(_ request: IssuanceRequest, as proofs: [Proof]) async -> Rehearsal {
        var trail = Trail()
        var template: (name: String, version: Int)?
        var plan: CertificatePlan?
        do throws(Refusal) {
            let authenticated = try desk.suppose(proofs, of: request)
            trail.note(
                .authenticate,
                "supposed: \(authenticated.principal): \(proofs.map(\.fact.kind.rawValue).joined(separator: ", "))")
            let authorized = try await authorize(authenticated, &trail)
            template = (authorized.template.name, authorized.template.version)
            let authority = try issuer(for: authorized)
            let shaped = try CertificatePlan.shape(
                authorized, issuer: authority.identity, algorithm: authority.algorithm, surroundings: surroundings, trail: &trail)
            plan = shaped
            _ = try CheckedPlan.check(shaped, weakKeys: weakKeys, trail: &trail)
            let verdict: Rehearsal.Verdict =
                if case .hold(let reason, let approvals) = authorized.rule.disposition {
                    .hold(reason: reason, approvals: approvals)
                } else {
                    .issue
                }
            return Rehearsal(
                verdict, trail: trail, template: template, toBeSigned: shaped.toBeSigned, algorithm: shaped.certificate.signatureAlgorithm)
        } catch {
            trail.note(error.stage, "refused (\(error.code.rawValue)): \(error.privateDetail). Advice: \(error.advice)")
            return Rehearsal(
                .refuse(error), trail: trail, template: template, toBeSigned: plan?.toBeSigned,
                algorithm: plan?.certificate.signatureAlgorithm)
        }
    }
}
