import EnrollmentCore
import Foundation
import PKIFormats
import SigningKeys
import TestSupport
import Testing

@Suite struct CredentialTests {
    @Test func noCredentialAndAWrongOneAreRefused() async throws {
        let ca = try await TestCA.found()
        _ = try await ca.challenge(covers: ["*.lab.test"])
        let request = try await TestCA.request(try .generate(.p256), commonName: "a.lab.test")
        await ca.expect(.unauthenticated, request, [])
        await ca.expect(.unauthenticated, request, [ChallengeCredential(secret: "")])
        await ca.expect(.badCredential, request, [ChallengeCredential(secret: "wrong")])
        await ca.expect(.badCredential, request, [PasswordCredential(username: "a", password: "b")])
        await ca.expect(.badCredential, request, [OperatorCredential(userID: 0, vouchesFor: [try NamePattern("*.lab.test")])])
        await ca.expect(.badCredential, request, [SystemCredential(purpose: "x", names: [try NamePattern("*.lab.test")])])
    }

    @Test func aCredentialIsWorthlessAtAnotherEndpoint() async throws {
        let ca = try await TestCA.found()
        let secret = try await ca.challenge(covers: ["*.lab.test"])
        try await ca.services.users.add("alice", endpoint: DefaultEndpoints.est, password: "correct horse battery", covers: nil)
        let request = try await TestCA.request(try .generate(.p256), commonName: "alice")
        await ca.expect(.badCredential, request, [ChallengeCredential(secret: secret)], endpoint: DefaultEndpoints.est)
        await ca.expect(
            .badCredential, request, [PasswordCredential(username: "alice", password: "correct horse battery")],
            endpoint: DefaultEndpoints.wstep,
            binding: "wstep")
        _ = try await ca.released(
            request, [PasswordCredential(username: "alice", password: "correct horse battery")], endpoint: DefaultEndpoints.est)
    }

    @Test func anExpiredOrRevokedChallengeIsRefused() async throws {
        let ca = try await TestCA.found()
        let request = try await TestCA.request(try .generate(.p256), commonName: "a.lab.test")
        let brief = try await ca.challenge(oneTime: true, covers: ["*.lab.test"])
        ca.clock.advance(by: 3601)
        await ca.expect(.badCredential, request, [ChallengeCredential(secret: brief)])

        let secret = try await ca.challenge(covers: ["*.lab.test"])
        let id = try #require(try await ca.services.challenges.list(endpoint: DefaultEndpoints.scep).first).id
        try await ca.services.challenges.revoke(id)
        await ca.expect(.badCredential, request, [ChallengeCredential(secret: secret)])
    }

    @Test func aUserCoversHisOwnNameOnlyAndADisabledOneNothing() async throws {
        let ca = try await TestCA.found()
        try await ca.services.users.add("alice", endpoint: DefaultEndpoints.est, password: "correct horse battery", covers: nil)
        let alice = [PasswordCredential(username: "alice", password: "correct horse battery")]
        _ = try await ca.released(
            try await TestCA.request(try .generate(.p256), commonName: "alice"), alice, endpoint: DefaultEndpoints.est)
        await ca.expect(
            .unacceptableName, try await TestCA.request(try .generate(.p256), commonName: "bob"), alice, endpoint: DefaultEndpoints.est)
        try await ca.services.users.disable("alice", endpoint: DefaultEndpoints.est)
        await ca.expect(
            .badCredential, try await TestCA.request(try .generate(.p256), commonName: "alice"), alice, endpoint: DefaultEndpoints.est)
    }

    @Test func guessingClosesTheAccountForAWhileButNotForWhoIsKnown() async throws {
        let ca = try await TestCA.found()
        for name in ["alice", "bob"] {
            try await ca.services.users.add(name, endpoint: DefaultEndpoints.est, password: "correct horse battery", covers: nil)
        }
        func credential(_ name: String, _ password: String) -> [PasswordCredential] {
            [PasswordCredential(username: name, password: password)]
        }
        let request = try await TestCA.request(try .generate(.p256), commonName: "alice")
        _ = try await ca.released(request, credential("alice", "correct horse battery"), endpoint: DefaultEndpoints.est)
        for name in ["alice", "bob"] {
            for _ in 0..<10 { await ca.expect(.badCredential, request, credential(name, "wrong password"), endpoint: DefaultEndpoints.est) }
            await ca.expect(.rateLimited, request, credential(name, "wrong password"), endpoint: DefaultEndpoints.est)
        }
        await ca.expect(.rateLimited, request, credential("bob", "correct horse battery"), endpoint: DefaultEndpoints.est)
        _ = try await ca.released(request, credential("alice", "correct horse battery"), endpoint: DefaultEndpoints.est)
        ca.clock.advance(by: 301)
        await ca.expect(.unacceptableName, request, credential("bob", "correct horse battery"), endpoint: DefaultEndpoints.est)
    }

    @Test func renewalNeedsTheExactStoredCertificateUnexpiredUnrevokedOfThisEndpoint() async throws {
        let ca = try await TestCA.found()
        let secret = try await ca.challenge(covers: ["*.lab.test"])
        let key = try SoftwareKey.generate(.p256)
        let old = try await ca.released(try await TestCA.request(key, commonName: "a.lab.test"), [ChallengeCredential(secret: secret)])
            .certificate
        func credential(_ certificate: Certificate) -> [CertificateCredential] {
            [CertificateCredential(certificate, provedBy: .cmsSignature)]
        }

        let same = try await TestCA.request(try .generate(.p256), commonName: "a.lab.test")
        let new = try await ca.released(same, credential(old), intent: .renew(of: old)).certificate
        #expect(new.subject == old.subject && new.subjectAlternativeNames == old.subjectAlternativeNames && new.publicKey != old.publicKey)

        await ca.expect(
            .unacceptableName, try await TestCA.request(try .generate(.p256), commonName: "b.lab.test"), credential(old),
            intent: .renew(of: old))
        await ca.expect(.badCredential, same, credential(old), endpoint: DefaultEndpoints.est, intent: .renew(of: old))
        await ca.expect(.notAuthorized, same, credential(new), intent: .renew(of: old))

        // A look-alike: same serial, issuer and names, signed by another CA of the same name.
        let impostor = try SoftwareKey.generate(.p256)
        let fake = TBSCertificate(
            serialNumber: old.serialNumber, signatureAlgorithm: .ecdsaSHA256, issuer: old.issuer, validity: old.validity,
            subject: old.subject,
            publicKey: impostor.publicKey, extensions: old.extensions
        ).encoded()
        let lookalike = try Certificate(toBeSigned: fake, algorithm: .ecdsaSHA256, signature: try await impostor.sign(fake))
        await ca.expect(.badCredential, same, credential(lookalike), intent: .renew(of: lookalike))

        try await ca.revoke(old)
        await ca.expect(.badCredential, same, credential(old), intent: .renew(of: old))
        ca.clock.advance(by: 366 * 86_400)
        await ca.expect(.badCredential, same, credential(new), intent: .renew(of: new))
    }

    @Test func aRenewalStaysWithItsTemplateWhateverTheRequestNames() async throws {
        let ca = try await TestCA.found()
        let secret = try await ca.challenge(covers: ["*.lab.test"])
        func request(_ template: String?) async throws -> CertificationRequest {
            try await TestCA.request(
                try .generate(.p256), commonName: "a.lab.test", extensions: template.map { [Extensions.microsoftTemplateName($0)] } ?? [])
        }
        let old = try await ca.released(try await request("tls-server"), [ChallengeCredential(secret: secret)]).certificate
        #expect(old.extendedKeyUsages == [OIDs.serverAuth])
        for hint in [nil, "device-8021x"] {
            let new = try await ca.released(
                try await request(hint), [CertificateCredential(old, provedBy: .tlsHandshake)], intent: .renew(of: old)
            ).certificate
            #expect(new.extendedKeyUsages == [OIDs.serverAuth])
        }
    }

    @Test func aFleetThatStartsAtOnceWithOnePasswordIsServed() async throws {
        let ca = try await TestCA.found()
        try await ca.services.users.add(
            "fleet", endpoint: DefaultEndpoints.est, password: "correct horse battery", covers: [NamePattern("*.lab.test")])
        let key = try SoftwareKey.generate(.p256)
        let served = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<300 {
                group.addTask {
                    guard let request = try? await TestCA.request(key, commonName: "f\(number).lab.test") else { return false }
                    let credential = PasswordCredential(username: "fleet", password: "correct horse battery")
                    return (try? await ca.released(request, [credential], endpoint: DefaultEndpoints.est)) != nil
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(served == 300)
    }

    @Test func secretsAreStoredHashed() async throws {
        let ca = try await TestCA.found()
        let secret = try await ca.challenge(covers: ["*.lab.test"])
        let password = "planted-canary-password"
        try await ca.services.users.add("alice", endpoint: DefaultEndpoints.est, password: password, covers: nil)
        let request = try await TestCA.request(try .generate(.p256), commonName: "a.lab.test", challenge: secret)
        _ = try await ca.released(request, [ChallengeCredential(secret: secret)])
        await ca.expect(.badCredential, request, [ChallengeCredential(secret: "planted-wrong-secret")])
        for name in try FileManager.default.contentsOfDirectory(atPath: ca.directory.path) where name.hasPrefix("muster.db") {
            let bytes = Data(try ca.directory.read(name))
            for canary in [secret, password, "planted-wrong-secret"] {
                #expect(bytes.range(of: Data(canary.utf8)) == nil, "\(canary) in \(name)")
            }
        }
    }

    @Test func whoGuessesLocksHimselfOutAndNobodyElse() async throws {
        let ca = try await TestCA.found()
        try await ca.services.users.add("alice", endpoint: DefaultEndpoints.est, password: "correct horse battery", covers: nil)
        let csr = try await TestCA.request(try .generate(.p256), commonName: "alice")
        func code(_ password: String, from peer: String) async -> Refusal.Code? {
            let request = IssuanceRequest(
                id: RequestID(in: ca.surroundings),
                arrival: Arrival(
                    endpoint: DefaultEndpoints.est, binding: "default", operation: "test", peer: peer, instant: ca.surroundings.now),
                intent: .enroll, credentials: [PasswordCredential(username: "alice", password: password)], proposal: Proposal(csr))
            do {
                _ = try await ca.services.pipeline.process(request)
                return nil
            } catch {
                return error.code
            }
        }
        for _ in 0..<10 { #expect(await code("wrong password", from: "192.0.2.1") == .badCredential) }
        #expect(await code("correct horse battery", from: "192.0.2.1") == .rateLimited)
        #expect(await code("correct horse battery", from: "192.0.2.2") == nil)
    }

    @Test func aUserNameWithANULIsAWrongOneAndNoFault() async throws {
        let ca = try await TestCA.found()
        let request = try await TestCA.request(try .generate(.p256), commonName: "alice")
        await ca.expect(
            .badCredential, request, [PasswordCredential(username: "ali\0ce", password: "correct horse battery")],
            endpoint: DefaultEndpoints.est)
    }
}
