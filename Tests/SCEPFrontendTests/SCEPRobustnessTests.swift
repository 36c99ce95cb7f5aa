import EnrollmentCore
import Foundation
import PKIFormats
import SCEPWire
import Testing

@testable import SCEPFrontend

@Suite("SCEP robustness")
struct SCEPRobustnessTests {
    /// xorshift64*, so that a failure comes back.
    struct Generator: RandomNumberGenerator {
        var state: UInt64 = 0x5EED_0F5C_E900_0001

        mutating func next() -> UInt64 {
            state ^= state >> 12
            state ^= state << 25
            state ^= state >> 27
            return state &* 0x2545_F491_4F6C_DD1D
        }
    }

    static func sample() async throws -> (message: [UInt8], server: SCEPTestServer) {
        let server = try await SCEPTestServer()
        let client = try await SCEPEnrollmentTests.client()
        return (try await client.message(client.csr(challenge: "secret").der, to: server.ra), server)
    }

    @Test("S17: Every truncation of a message is refused")
    func truncation() async throws {
        let message = try await Self.sample().message
        for count in 0..<message.count { #expect(throws: FormatError.self) { try SCEPMessage(ber: Array(message.prefix(count))) } }
    }

    @Test("S17: A damaged message never passes for the signer's own, and never stops the decoder")
    func mutation() async throws {
        let (message, server) = try await Self.sample()
        let original = try SCEPMessage(ber: message)
        let decoder = SCEPRequestDecoder(identity: .test(ras: [server.ra], issuers: [server.issuer]))
        var generator = Generator()
        var decoded = 0
        for _ in 0..<4000 {
            var damaged = message
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let position = Int.random(in: 0..<damaged.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: damaged[position] ^= UInt8(1) << UInt8.random(in: 0..<8, using: &generator)
                case 1: damaged[position] = [0x00, 0x7F, 0x80, 0x84, 0xFF].randomElement(using: &generator) ?? 0
                case 2: damaged.remove(at: position)
                default: damaged.insert(UInt8.random(in: .min ... .max, using: &generator), at: position)
                }
            }
            guard let read = try? SCEPMessage(ber: damaged) else { continue }
            decoded += 1
            guard (try? decoder.screen(read)) != nil else { continue }
            #expect(read.signer.publicKey == original.signer.publicKey)
            #expect(read.attributes == original.attributes && read.envelope == original.envelope)
        }
        #expect(decoded > 100, "the damage must not all be refused by the first parser")
    }

    @Test("A damaged query never stops the transport decoder")
    func queries() async throws {
        let base64 = Data(try await Self.sample().message).base64EncodedString()
        let query = Array("operation=PKIOperation&message=\(base64.replacing("+", with: "%2B"))".utf8)
        var generator = Generator()
        for _ in 0..<2000 {
            var damaged = query
            let position = Int.random(in: 0..<damaged.count, using: &generator)
            damaged[position] = Array("%&=;+ -_\n\u{0}é".utf8).randomElement(using: &generator) ?? 0
            damaged.removeLast(Int.random(in: 0..<4, using: &generator))
            let text = String(decoding: damaged, as: UTF8.self)
            _ = SCEPOperation(query: SCEPQuery(text))
            _ = try? SCEPTransport.message(query: SCEPQuery(text))
        }
    }
}
