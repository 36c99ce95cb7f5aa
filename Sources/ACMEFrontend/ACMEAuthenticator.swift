import ACMEWire
import EnrollmentCore
import Foundation
import Persistence
import PKIFormats

/// Examines what this door lets requests in with: a ready order for issuance, an account or a certificate's key for revocation.
package struct ACMEAuthenticator: Authenticator {
    private let accounts: AccountStore
    private let authorizedNames: AuthorizedNames

    package init(database: any Database) {
        let database = ACMEDatabase(database: database)
        accounts = AccountStore(database: database)
        authorizedNames = AuthorizedNames(database: database)
    }

    package func examine(_ credential: any Credential, in context: ExaminationContext) async throws(Refusal) -> [Proof] {
        do {
            switch credential {
            case let credential as ACMEOrderCredential: return try examine(credential.order, context)
            case let account as ACMEAccountCredential: return try await examine(account, context)
            case let key as ACMECertificateKeyCredential: return examine(key)
            default: return []
            }
        } catch {
            throw error.refusal
        }
    }

    /// The account is still valid; what its order proved stays proved.
    package func stillHolds(_ proof: StoredProof, in context: ExaminationContext) async throws(Refusal) -> Bool {
        guard case .controls = proof.fact, proof.principal.hasPrefix(Account.principalPrefix) else { return false }
        do {
            let id = String(proof.principal.dropFirst(Account.principalPrefix.count))
            return try await accounts.account(id: id, endpoint: context.endpoint.name)?.status == .valid
        } catch {
            throw error.refusal
        }
    }

    /// The account controls each identifier of its order, and nothing else. The order itself is what it spends.
    ///
    /// Where another request has spent the order meanwhile, this one is still good for the stored outcome of the very same request, never
    /// for a second certificate, since the claim fails.
    private func examine(_ order: Order, _ context: ExaminationContext) throws(ACMEProblem) -> [Proof] {
        guard order.endpoint == context.endpoint.name else { throw refused(.badCredential, "order \(order.id) is of another endpoint") }
        guard order.status(at: context.instant) == .ready else {
            throw refused(.notAuthorized, "order \(order.id) is \(order.status(at: context.instant).rawValue)")
        }
        for authorization in order.authorizations where authorization.status(at: context.instant) != .valid {
            throw refused(.notAuthorized, "the authorization of \(authorization.identifier) in order \(order.id) is not valid")
        }
        let claim = OrderStore.claim(order, digest: context.requestDigest, at: context.instant)
        return order.identifiers.enumerated().map { position, identifier in
            proof(of: identifier, account: order.accountID, claims: position == 0 ? [claim] : [])
        }
    }

    /// The account holds its own key, and controls those names of the certificate for which it has a valid authorization now.
    private func examine(_ credential: ACMEAccountCredential, _ context: ExaminationContext) async throws(ACMEProblem) -> [Proof] {
        guard let account = try await accounts.account(id: credential.accountID, endpoint: context.endpoint.name), account.status == .valid
        else {
            throw refused(.badCredential, "account \(credential.accountID) is not valid")
        }
        var proofs = [
            Proof(
                fact: .holdsPrivateKey(fingerprint: Base64URL.decode(account.key.thumbprint) ?? []), principal: account.principal,
                covers: [])
        ]
        for name in credential.names {
            guard let identifier = Identifier(name),
                try await authorizedNames.contain(identifier, account: account.id, at: context.instant)
            else {
                continue
            }
            proofs.append(proof(of: identifier, account: account.id))
        }
        return proofs
    }

    private func examine(_ credential: ACMECertificateKeyCredential) -> [Proof] {
        [
            Proof(
                fact: .holdsPrivateKey(fingerprint: credential.certificate.fingerprint(.sha256)),
                principal: "certificate:\(credential.certificate.serialHex)", covers: [])
        ]
    }

    /// An address proved covers itself as a common name too: some clients repeat it there.
    private func proof(of identifier: Identifier, account: String, claims: [WriteUnit] = []) -> Proof {
        var covers = NamePattern.exactly(identifier.generalName).map { [$0] } ?? []
        if case .ip = identifier { covers.append(.commonName(identifier.body.value)) }
        return Proof(
            fact: .controls(identifier.generalName.description, method: Challenge.http01), principal: Account.principalPrefix + account,
            covers: covers,
            claims: claims)
    }

    private func refused(_ code: Refusal.Code, _ detail: String) -> ACMEProblem {
        ACMEProblem(Refusal(code, at: .authenticate, detail: detail))
    }
}
