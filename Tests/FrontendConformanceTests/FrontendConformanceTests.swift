import EnrollmentCore
import Foundation
import PKIFormats
import SigningKeys
import TestSupport
import Testing

@testable import SCEPFrontendTests

/// One suite for every door: each gets its protocol's own error, a line in the trail, and no influence on any certificate.
@Suite struct FrontendConformanceTests {
    static let doors: [any ConformingDoor.Type] = [
        SCEPConformingDoor.self, ESTConformingDoor.self, ACMEConformingDoor.self, WSTEPConformingDoor.self,
    ]

    /// RSA, for SCEP encrypts to it; the same everywhere.
    private static func wish(_ change: (inout Wish) -> Void = { _ in }) throws -> Wish {
        var wish = Wish(key: try #require(SCEPTestClient.keys.first))
        change(&wish)
        return wish
    }

    private func expect(
        _ situation: Situation, at type: any ConformingDoor.Type, _ code: [Refusal.Code], isOverloaded: Bool = false,
        knock: (any ConformingDoor) async throws -> DoorAnswer
    ) async throws {
        let door = try await type.init(isOverloaded: isOverloaded)
        let answer = try await knock(door)
        #expect(answer == type.errors[situation], "\(type.name), \(situation)")
        let row = try #require(try await door.trail().first { $0.code != nil }, "\(type.name), \(situation): no trail")
        #expect(code.map(\.rawValue).contains(row.code ?? ""), "\(type.name), \(situation): \(row.code ?? "") \(row.trail)")
        #expect(row.advice?.isEmpty == false)
        #expect(row.trail.entries.last?.text.contains("Advice:") == true)
        if !isOverloaded { #expect(try await door.issuances() == 0, "\(type.name), \(situation)") }
    }

    @Test(arguments: doors) func anHonestRequestIsServed(_ type: any ConformingDoor.Type) async throws {
        let door = try await type.init(isOverloaded: false)
        guard case .released(let certificate) = try await door.knock(try Self.wish()) else { throw CommandFailure("not released") }
        #expect(certificate.subject.description == "CN=device-7.lab.test")
        #expect(certificate.subjectAlternativeNames == [.dns("device-7.lab.test")])
        #expect(try await door.trail().first { $0.outcome == "released" }?.serialNumber == certificate.serialNumber)
    }

    @Test(arguments: doors) func aRequestThatItsKeyDidNotSignIsRefused(_ type: any ConformingDoor.Type) async throws {
        try await expect(.badSignature, at: type, [.badProofOfPossession, .malformed]) {
            try await $0.knock(try Self.wish { $0.isForged = true })
        }
    }

    @Test(arguments: doors) func aWeakKeyIsRefused(_ type: any ConformingDoor.Type) async throws {
        // Public exponent 3; a key of 1024 bits could not even sign a SCEP message.
        let pem = try await Command.run(
            "openssl", ["genpkey", "-quiet", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-pkeyopt", "rsa_keygen_pubexp:3"]
        ).checked().text
        let key = try SoftwareKey(pem: pem)
        try await expect(.weakKey, at: type, [.unacceptableKey]) { try await $0.knock(try Self.wish { $0.key = key }) }
    }

    @Test(arguments: doors, [Extensions.basicConstraints(isCA: true), Extensions.keyUsage([.keyCertSign, .digitalSignature])])
    func whoAsksToBeACAIsRefused(_ type: any ConformingDoor.Type, _ wish: CertificateExtension) async throws {
        try await expect(.wouldBeCA, at: type, [.unacceptableRequest]) { try await $0.knock(try Self.wish { $0.extensions = [wish] }) }
    }

    @Test(arguments: doors) func aNameThatTheCredentialDoesNotCoverIsRefused(_ type: any ConformingDoor.Type) async throws {
        try await expect(.uncoveredName, at: type, [.unacceptableName, .unacceptableRequest]) {
            try await $0.knock(try Self.wish { $0.names.append(.dns("admin.other.test")) })
        }
    }

    @Test(arguments: doors) func sixtyFourKiBOfNamesAreRefused(_ type: any ConformingDoor.Type) async throws {
        let key = try SoftwareKey.generate(.p256)
        let names = GeneralNames.encode((0..<4000).map { .dns("host-\($0).lab.test") })
        let wishes = [CertificateExtension(oid: OIDs.subjectAlternativeName, critical: false, value: names)]
        let info = CertificationRequest.toBeSigned(
            subject: DistinguishedName(commonName: "device-7.lab.test"), publicKey: key.publicKey,
            attributes: [RequestAttribute.extensionRequest(wishes)])
        let bytes = DERBytes.sequence(info, key.defaultAlgorithm.algorithmIdentifier, DERBytes.bitString(try await key.sign(info)))
        #expect(bytes.count > 65_536)
        try await expect(.oversized, at: type, [.malformed, .unacceptableRequest]) { try await $0.knock(bytes: bytes) }
    }

    @Test(arguments: doors) func bytesThatAreNoCertificationRequestAreRefused(_ type: any ConformingDoor.Type) async throws {
        try await expect(.notARequest, at: type, [.malformed, .unacceptableRequest]) {
            try await $0.knock(bytes: [0x30, 0x03, 0x02, 0x01, 0x00])
        }
    }

    @Test(arguments: doors) func aWrongCredentialIsRefused(_ type: any ConformingDoor.Type) async throws {
        try await expect(.wrongCredential, at: type, [.badCredential, .malformed]) { try await $0.knock(try Self.wish(), showing: .wrong) }
    }

    @Test(arguments: doors) func aMissingCredentialIsRefused(_ type: any ConformingDoor.Type) async throws {
        try await expect(.missingCredential, at: type, [.unauthenticated, .malformed]) {
            try await $0.knock(try Self.wish(), showing: .missing)
        }
    }

    @Test(arguments: doors) func aBodyThatCannotBeDecodedIsRefused(_ type: any ConformingDoor.Type) async throws {
        try await expect(.garbled, at: type, [.malformed]) { try await $0.garble() }
    }

    @Test(arguments: doors) func anOverloadedCAAsksToComeBack(_ type: any ConformingDoor.Type) async throws {
        try await expect(.overloaded, at: type, [.overloaded], isOverloaded: true) { try await $0.knock(try Self.wish()) }
    }

    @Test(arguments: doors) func theSameRequestAgainGetsTheSameCertificate(_ type: any ConformingDoor.Type) async throws {
        let door = try await type.init(isOverloaded: false)
        let answers = try await door.knock(try Self.wish(), showing: .right, times: 3)
        guard case .released = answers[0] else { throw CommandFailure("\(answers)") }
        #expect(answers == [answers[0], answers[0], answers[0]])
        #expect(try await door.issuances() == 1)
    }

    @Test(arguments: doors) func aHeldRequestIsPendingHoweverOftenItComes(_ type: any ConformingDoor.Type) async throws {
        let door = try await type.init(isOverloaded: false)
        try await door.holdEverything()
        #expect(try await door.knock(try Self.wish(), showing: .right, times: 2) == [.pending, .pending])
        #expect(try await door.issuances() == 0)
        #expect(try await door.trail().contains { $0.outcome == "pending" })
    }

    @Test(arguments: doors) func otherWishesAreDroppedAndTheTrailSaysSo(_ type: any ConformingDoor.Type) async throws {
        let plainDoor = try await type.init(isOverloaded: false)
        guard case .released(let plain) = try await plainDoor.knock(try Self.wish()) else { throw CommandFailure("not released") }
        let door = try await type.init(isOverloaded: false)
        let wishes = [
            Extensions.keyUsage([.dataEncipherment, .contentCommitment]),
            Extensions.extendedKeyUsage([OIDs.codeSigning, OIDs.ocspSigning]),
            Extensions.certificatePolicies([[2, 5, 29, 32, 0]]),
            CertificateExtension(oid: OIDs.microsoftSecurityIdentifier, critical: false, value: [5, 0]),
        ]
        guard case .released(let certificate) = try await door.knock(try Self.wish { $0.extensions = wishes }) else {
            throw CommandFailure("not released")
        }
        #expect(certificate.extensions.map(\.oid) == plain.extensions.map(\.oid))
        #expect(certificate.keyUsage == plain.keyUsage && certificate.extendedKeyUsages == plain.extendedKeyUsages)
        let trail = try #require(try await door.trail().first { $0.outcome == "released" }).trail
        #expect(trail.entries.count { $0.text.contains("dropped") } == wishes.count)
    }
}
