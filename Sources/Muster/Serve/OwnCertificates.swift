import EnrollmentCore
import PKIFormats
import SCEPFrontend
import SigningKeys
import Synchronization

/// The CA's own certificates as the listeners use them now: replaced while the server runs.
final class OwnCertificates: Sendable {
    private struct State: Sendable {
        var registrationAuthorities: [Certificate]
        var ocspResponder: Certificate
    }

    let registrationAuthorityKey: any DecryptingKey
    let ocspKey: any SigningKey
    private let issuers: [Certificate]
    private let state: Mutex<State>

    /// - Parameters:
    ///   - former: earlier certificates of the RA's key, to which clients may still encrypt.
    ///   - issuers: the issuing CA and the root, which SCEP clients get with the RA's certificate.
    init(
        registrationAuthority: (any DecryptingKey, Certificate), former: [Certificate], ocspResponder: (any SigningKey, Certificate),
        issuers: [Certificate]
    ) {
        registrationAuthorityKey = registrationAuthority.0
        ocspKey = ocspResponder.0
        self.issuers = issuers
        state = Mutex(State(registrationAuthorities: [registrationAuthority.1] + former, ocspResponder: ocspResponder.1))
    }

    var ocspResponder: Certificate { state.withLock(\.ocspResponder) }

    /// The RA as SCEP clients see it: one key serves all its certificates, the current one and those that clients may still encrypt to.
    func scepIdentity() throws(Refusal) -> SCEPIdentity {
        let certificates = state.withLock(\.registrationAuthorities)
        guard let current = certificates.first else { throw Refusal(.internalFault, at: .decode, detail: "there is no RA certificate") }
        let key = registrationAuthorityKey
        let signer = SCEPSigner(certificate: current) { message, algorithm throws(SCEPRecipient.Failure) in
            try await Self.perform { try await key.sign(message, algorithm: algorithm) }
        }
        return SCEPIdentity(
            signer: signer, recipients: certificates.map(recipient), registrationAuthorities: [current], issuers: issuers)
    }

    /// True when the certificate was not in use before.
    func use(registrationAuthority certificate: Certificate) -> Bool {
        state.withLock { state in
            guard state.registrationAuthorities.first != certificate else { return false }
            state.registrationAuthorities.insert(certificate, at: 0)
            return true
        }
    }

    func use(ocspResponder certificate: Certificate) -> Bool {
        state.withLock { state in
            guard state.ocspResponder != certificate else { return false }
            state.ocspResponder = certificate
            return true
        }
    }

    private func recipient(_ certificate: Certificate) -> SCEPRecipient {
        let key = registrationAuthorityKey
        return SCEPRecipient(certificate: certificate) { enveloped throws(SCEPRecipient.Failure) in
            try await Self.perform { try await key.decrypt(enveloped: enveloped, recipient: certificate) }
        }
    }

    private static func perform(_ step: () async throws -> [UInt8]) async throws(SCEPRecipient.Failure) -> [UInt8] {
        do {
            return try await step()
        } catch let overload as Overloaded {
            throw .overloaded(retryAfter: overload.retryAfter)
        } catch {
            throw .failed
        }
    }
}
