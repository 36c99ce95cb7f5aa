import EnrollmentCore
import PKIFormats
import SigningKeys
import TestSupport
import Testing

@Suite struct HostileRequestTests {
    @Test(arguments: [
        Extensions.basicConstraints(isCA: true, pathLength: nil), Extensions.keyUsage([.keyCertSign]),
        Extensions.keyUsage([.digitalSignature, .cRLSign]),
        CertificateExtension(oid: OIDs.basicConstraints, critical: true, value: [0x30, 0x03, 0x01]),
    ])
    func whoAsksToBeACAIsRefused(_ wish: CertificateExtension) async throws {
        let ca = try await TestCA.found()
        let secret = try await ca.challenge(covers: ["*.lab.test"])
        await ca.expect(
            .unacceptableRequest, try await TestCA.request(try .generate(.p256), commonName: "a.lab.test", extensions: [wish]),
            [ChallengeCredential(secret: secret)])
    }

    @Test func otherWishesAreDroppedAndTheTrailSaysSo() async throws {
        let ca = try await TestCA.found()
        let secret = try await ca.challenge(covers: ["*.lab.test"])
        let wishes = [
            Extensions.keyUsage([.dataEncipherment]), Extensions.extendedKeyUsage([OIDs.codeSigning, OIDs.anyExtendedKeyUsage]),
            Extensions.authorityKeyIdentifier([1, 2, 3]), Extensions.crlDistributionPoint("http://evil.test/crl"),
            CertificateExtension(oid: OIDs.microsoftSecurityIdentifier, critical: false, value: [0x30, 0]),
        ]
        let issuance = try await ca.released(
            try await TestCA.request(try .generate(.p256), commonName: "a.lab.test", extensions: wishes),
            [ChallengeCredential(secret: secret)])
        let plain = try await ca.released(
            try await TestCA.request(try .generate(.p256), commonName: "b.lab.test"), [ChallengeCredential(secret: secret)])
        #expect(issuance.certificate.extensions.map(\.oid) == plain.certificate.extensions.map(\.oid))
        #expect(issuance.certificate.keyUsage == [.digitalSignature])
        #expect(issuance.certificate.extendedKeyUsages == [OIDs.clientAuth])
        #expect(issuance.certificate.ext(OIDs.crlDistributionPoints) == plain.certificate.ext(OIDs.crlDistributionPoints))
        let trail = try #require(try await ca.services.search.transaction(issuance.id)).trail
        #expect(trail.entries.count { $0.stage == .shape && $0.text.contains("dropped") } == 5)
    }

    @Test func aRequestSignedByAnotherKeyIsRefused() async throws {
        let ca = try await TestCA.found()
        let secret = try await ca.challenge(covers: ["*.lab.test"])
        let owner = try SoftwareKey.generate(.p256)
        let thief = try SoftwareKey.generate(.p256)
        let info = CertificationRequest.toBeSigned(subject: DistinguishedName(commonName: "a.lab.test"), publicKey: owner.publicKey)
        let forged = try CertificationRequest(info: info, algorithm: thief.defaultAlgorithm, signature: try await thief.sign(info))
        await ca.expect(.badProofOfPossession, forged, [ChallengeCredential(secret: secret)])
    }

    @Test(arguments: [
        GeneralName.dns("b.other.test"), .ip([10, 0, 0, 1]), .uri("urn:x"), .upn("root@corp.test"), .registeredID(OIDs.clientAuth),
    ])
    func aNameThatTheCredentialDoesNotCoverIsRefused(_ name: GeneralName) async throws {
        let ca = try await TestCA.found()
        let secret = try await ca.challenge(covers: ["*.lab.test"])
        await ca.expect(
            .unacceptableName, try await TestCA.request(try .generate(.p256), commonName: "a.lab.test", names: [.dns("a.lab.test"), name]),
            [ChallengeCredential(secret: secret)])
    }

    @Test(arguments: ["b.other.test", "lab.test", "*.lab.test", "a.b.lab.test", "a.lab.test.evil", "A.LAB.TEST "])
    func aCommonNameOutsideThePatternIsRefused(_ commonName: String) async throws {
        let ca = try await TestCA.found()
        let secret = try await ca.challenge(covers: ["*.lab.test"])
        await ca.expect(
            .unacceptableName, try await TestCA.request(try .generate(.p256), commonName: commonName), [ChallengeCredential(secret: secret)]
        )
    }

    @Test func aRequestThatNamesNobodyIsRefused() async throws {
        let ca = try await TestCA.found()
        let secret = try await ca.challenge(covers: ["*.lab.test"])
        await ca.expect(
            .unacceptableName, try await TestCA.request(try .generate(.p256), commonName: nil), [ChallengeCredential(secret: secret)])
    }

    @Test func malformedNamesAreRefusedEvenWhenCovered() async throws {
        let ca = try await TestCA.found()
        for name in ["-a.lab.test", "a_b.lab.test", "a..lab.test", "a b.lab.test", "*.lab.test"] {
            let secret = try await ca.challenge(covers: ["dns:" + name, "cn:x"])
            await ca.expect(
                .unacceptableName, try await TestCA.request(try .generate(.p256), commonName: "x", names: [.dns(name)]),
                [ChallengeCredential(secret: secret)])
        }
    }

    @Test func validityNeverPassesTheIssuersEnd() async throws {
        let ca = try await TestCA.found()
        let end = try #require(ca.issuing.identity.certificate).validity.notAfter
        ca.clock.advance(by: end.timeIntervalSince(ca.clock.now) - 86_400)
        let secret = try await ca.challenge(covers: ["*.lab.test"])
        let issuance = try await ca.released(
            try await TestCA.request(try .generate(.p256), commonName: "a.lab.test"), [ChallengeCredential(secret: secret)])
        #expect(issuance.certificate.validity.notAfter == end)
        ca.clock.advance(by: 86_000)
        await ca.expect(
            .internalFault, try await TestCA.request(try .generate(.p256), commonName: "b.lab.test"), [ChallengeCredential(secret: secret)])
    }

    @Test func serialsArePositiveSixteenOctetsAndDiffer() async throws {
        let ca = try await TestCA.found()
        let secret = try await ca.challenge(covers: ["*.lab.test"])
        var serials: Set<[UInt8]> = []
        for number in 0..<20 {
            let request = try await TestCA.request(try .generate(.p256), commonName: "n\(number).lab.test")
            let serial = try await ca.released(request, [ChallengeCredential(secret: secret)]).certificate.serialNumber
            #expect(serial.count == 16 && serial[0] & 0xc0 == 0x40)
            serials.insert(serial)
        }
        #expect(serials.count == 20)
    }
}

@Suite struct WeakKeyTests {
    @Test(arguments: [["-newkey", "rsa:1024"], ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime192v1"], ["-newkey", "ed25519"]])
    func aKeyThatTheTemplateDoesNotAllowIsRefused(_ kind: [String]) async throws {
        let ca = try await TestCA.found()
        let secret = try await ca.challenge(covers: ["*.lab.test"])
        let pem = try await Command.run("openssl", ["req", "-new", "-nodes", "-keyout", "/dev/null", "-subj", "/CN=a.lab.test"] + kind)
            .checked().text
        await ca.expect(.unacceptableKey, try CertificationRequest(pem: pem), [ChallengeCredential(secret: secret)])
    }

    @Test(arguments: ["device-\u{1B}[2J", "device-\n", "device-\u{202E}nimda", "device-\u{9B}1m", "device-\u{200B}"])
    func aCommonNameThatDoesNotPrintIsRefusedAndItsTrailDoes(_ name: String) async throws {
        let ca = try await TestCA.found()
        let secret = try await ca.challenge(covers: ["device-*"])
        let csr = try await TestCA.request(try .generate(.p256), commonName: name)
        let credential = [ChallengeCredential(secret: secret)]
        await ca.expect(.unacceptableName, csr, credential)
        let row = try #require(try await ca.services.search.transactions(.init(endpoint: DefaultEndpoints.scep, limit: 1)).first)
        let texts = [row.subject ?? ""] + row.trail.entries.map(\.text)
        #expect(texts.allSatisfy { text in !text.unicodeScalars.contains { name.unicodeScalars.suffix(6).contains($0) && !$0.isASCII } })
        #expect(texts.allSatisfy { text in !text.unicodeScalars.contains { $0.value < 0x20 } })
        _ = try await ca.released(try await TestCA.request(try .generate(.p256), commonName: "device-Zürich 7"), credential)
    }

    @Test func whatStrangersAskIsWrittenAtABoundedRateWhateverTheStage() async throws {
        let ca = try await TestCA.found()
        let arrival = Arrival(
            endpoint: "scep/\u{1B}[2J\0", binding: "default", operation: "CertPoll", userAgent: "evil\nclient", instant: ca.surroundings.now
        )
        for _ in 0..<300 { await ca.services.pipeline.refuse(Refusal(.notFound, at: .settle, detail: "no such request"), arrival: arrival) }
        let rows = try await ca.services.search.transactions(.init(outcome: "refused", limit: 1000))
        #expect((100...200).contains(rows.count))
        #expect(rows.allSatisfy { $0.endpoint == "scep/\\u{1b}[2J\\u{0}" && $0.userAgent == "evil\\u{a}client" })
    }
}
