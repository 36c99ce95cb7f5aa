import Foundation
import Testing

@testable import EnrollmentCore

@Suite("Texts put together as octets")
struct ByteTextTests {
    @Test("A quoted text is JSON of that text, whatever is in it")
    func quoted() throws {
        let texts = [
            "", "plain", "\"", "\\", "a\"b\\c", "tab\tline\nend\u{0}", "Zürich 中文", "\u{202E}override", "bell\u{7}", "\u{7F}", "𝄞\u{E0001}",
        ]
        for text in texts {
            var json = ByteText(capacity: 0)
            json.append(literal: "[")
            json.append(quoted: text)
            json.append(literal: "]")
            #expect(try JSONDecoder().decode([String].self, from: Data(json.octets)) == [text])
            #expect(json.string.unicodeScalars.allSatisfy { $0.isPrintable })
        }
    }

    @Test("Every octet at every place of a text counts")
    func printable() {
        for length in 0...17 {
            let plain = String(repeating: "a", count: length)
            #expect(plain.isPrintableASCII())
            for place in 0..<length {
                for octet in UInt8.min...0x7F {
                    var octets = Array(plain.utf8)
                    octets[place] = octet
                    let text = String(decoding: octets, as: UTF8.self)
                    let isPlain = (0x20...0x7E).contains(octet)
                    #expect(text.isPrintableASCII() == isPlain)
                    #expect(
                        text.isPrintableASCII(besides: UInt8(ascii: "\""), UInt8(ascii: "\\"))
                            == (isPlain && octet != 0x22 && octet != 0x5C))
                }
                #expect(!(plain.prefix(place) + "é" + plain.dropFirst(place)).description.isPrintableASCII())
            }
        }
    }
}
