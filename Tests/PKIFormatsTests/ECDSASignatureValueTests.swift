import Crypto
import Foundation
import Testing

@testable import PKIFormats

/// The hand-written reader against the library's.
@Suite struct ECDSASignatureValueTests {
    @Test func `Signatures of every curve read as the library reads them`() throws {
        for number in 0..<300 {
            let message = Array("message \(number)".utf8)
            let small = try P256.Signing.PrivateKey().signature(for: message)
            #expect(ECDSASignatureValue.fixed(Array(small.derRepresentation), size: 32) == Array(small.rawRepresentation))
            guard number < 40 else { continue }
            let middle = try P384.Signing.PrivateKey().signature(for: message)
            #expect(ECDSASignatureValue.fixed(Array(middle.derRepresentation), size: 48) == Array(middle.rawRepresentation))
            let large = try P521.Signing.PrivateKey().signature(for: message)
            #expect(ECDSASignatureValue.fixed(Array(large.derRepresentation), size: 66) == Array(large.rawRepresentation))
        }
    }

    @Test func `Whatever is not DER of two fitting numbers is refused`() throws {
        let good: [UInt8] = [0x30, 0x06, 0x02, 0x01, 0x05, 0x02, 0x01, 0x07]
        let fixed = try #require(ECDSASignatureValue.fixed(good, size: 32))
        #expect(fixed[31] == 5 && fixed[63] == 7 && fixed.reduce(0, { $0 + Int($1) }) == 12)
        let bad: [[UInt8]] = [
            [], [0x30], [0x30, 0x00], [0x30, 0x03, 0x02, 0x01, 0x05],
            good + [0],  // something behind it
            [0x30, 0x07, 0x02, 0x01, 0x05, 0x02, 0x01, 0x07, 0x00],  // or inside
            [0x31, 0x06, 0x02, 0x01, 0x05, 0x02, 0x01, 0x07],
            [0x30, 0x81, 0x06, 0x02, 0x01, 0x05, 0x02, 0x01, 0x07],  // a long form where the short one fits
            [0x30, 0x06, 0x02, 0x01, 0x85, 0x02, 0x01, 0x07],  // negative
            [0x30, 0x06, 0x02, 0x01, 0x00, 0x02, 0x01, 0x07],  // zero
            [0x30, 0x07, 0x02, 0x02, 0x00, 0x05, 0x02, 0x01, 0x07],  // a needless zero
            [0x30, 0x05, 0x02, 0x00, 0x02, 0x01, 0x07],
            [0x30, 0x06, 0x02, 0x02, 0x05, 0x02, 0x01, 0x07],
            [0x30, 0x26, 0x02, 0x21, 0x01] + [UInt8](repeating: 1, count: 32) + [0x02, 0x01, 0x07],  // too long for the curve
        ]
        for bytes in bad { #expect(ECDSASignatureValue.fixed(bytes, size: 32) == nil, "\(bytes)") }
    }

    @Test func `Every octet of a signature, changed or cut off, ends in a refusal or another number, never in a trap`() throws {
        let signature = Array(try P256.Signing.PrivateKey().signature(for: [1, 2, 3]).derRepresentation)
        for position in signature.indices {
            #expect(ECDSASignatureValue.fixed(Array(signature[..<position]), size: 32) == nil)
            for value in [UInt8(0), 1, 0x7F, 0x80, 0x81, 0xFF] {
                var changed = signature
                changed[position] = value
                let read = ECDSASignatureValue.fixed(changed, size: 32)
                let library = try? P256.Signing.ECDSASignature(derRepresentation: changed)
                // The library takes 0, which no signature holds.
                if let read { #expect(library.map { Array($0.rawRepresentation) } == read) }
            }
        }
    }
}
