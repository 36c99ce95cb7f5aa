import EnrollmentCore
import Foundation
import PKIFormats
import SigningKeys
import TestSupport
import Testing

/// Keys of CVE-2008-0166 that others made with the old programs and published (Tests/Fixtures/README.md).
@Suite("Debian's weak keys") struct DebianWeakKeyTests {
    private struct Published {
        let name: String
        let key: SubjectPublicKeyInfo
    }

    /// A line is kind, machine, seed file, process id, and the SubjectPublicKeyInfo.
    private static func published() throws -> [Published] {
        let text = try String(contentsOfFile: Repository.file("Tests/Fixtures/debian-weak-keys/keys.txt"), encoding: .utf8)
        return try text.split(separator: "\n").map { line in
            let fields = line.split(separator: " ")
            let der = try #require(Data(base64Encoded: fields.last.map(String.init) ?? ""))
            return Published(name: fields.dropLast().joined(separator: " "), key: try SubjectPublicKeyInfo(der: [UInt8](der)))
        }
    }

    @Test("Published keys of every combination are refused without any configuration, and the trail says why") func refused() async throws {
        let ca = try await TestCA.found(inMemory: true)
        let credentials = [ChallengeCredential(secret: try await ca.challenge(covers: ["*"]))]
        let published = try Self.published()
        #expect(Set(published.map { $0.name.split(separator: " ").dropLast() }).count == 27)
        for vector in published {
            let info = CertificationRequest.toBeSigned(subject: DistinguishedName(commonName: "a"), publicKey: vector.key)
            let request = try CertificationRequest(
                info: info, algorithm: vector.key.rsa == nil ? .ecdsaSHA256 : .rsaSHA256, signature: [UInt8](repeating: 1, count: 256))
            let submitted = ca.issuanceRequest(request, credentials: credentials)
            do throws(Refusal) {
                _ = try await ca.services.pipeline.process(submitted)
                Issue.record("certified: \(vector.name)")
            } catch {
                #expect(error.code == .unacceptableKey, "\(vector.name)")
                #expect(error.privateDetail.contains("known Debian weak key (CVE-2008-0166)"), "\(vector.name): \(error.privateDetail)")
            }
        }
        #expect(try await ca.enrolled().isEmpty)
    }

    @Test("New keys are certified", arguments: [KeyAlgorithm.rsa2048, .p256, .p384]) func welcome(_ kind: KeyAlgorithm) async throws {
        let ca = try await TestCA.found(inMemory: true)
        let credentials = [ChallengeCredential(secret: try await ca.challenge(covers: ["*.lab.test"]))]
        _ = try await ca.released(try await TestCA.request(try .generate(kind), commonName: "a.lab.test"), credentials)
    }

    @Test("The list in the program is the file of the tree, in ascending order without repetitions") func list() throws {
        let file = try Data(contentsOf: URL(fileURLWithPath: Repository.file("Sources/CLibs/CWeakKeys/debian.bin")))
        #expect(file.count == DebianWeakKeys.count * 8 && DebianWeakKeys.count == 27 * 32768)
        let records = [UInt8](file).withUnsafeBytes { Array($0.bindMemory(to: UInt64.self)).map(UInt64.init(bigEndian:)) }
        #expect(zip(records, records.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test("Another exponent does not hide the modulus; kinds of keys that came later are not listed") func others() throws {
        let published = try Self.published()
        let rsa = try #require(published.compactMap(\.key.rsa).first)
        #expect(WeakKeyList().finding(on: try .rsa(modulus: rsa.modulus, exponent: [1, 0, 3])) == .debian)
        for kind: KeyAlgorithm in [.ed25519, .mldsa65] {
            #expect(WeakKeyList().finding(on: try SoftwareKey.generate(kind).publicKey) == nil)
        }
    }
}
