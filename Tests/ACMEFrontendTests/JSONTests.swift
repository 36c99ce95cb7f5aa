import Foundation
import PKIFormats
import Testing

@testable import ACMEWire

@Suite("The door's JSON")
struct JSONTests {
    private func read(_ text: String) throws -> JSONObject { try StrictJSON.object(Array(text.utf8), what: "test") }

    @Test("Members are read with their types, in any spelling that RFC 8259 allows")
    func members() throws {
        let object = try read(
            """
             { "text" : "a\\"b\\\\\\/\\b\\f\\n\\r\\t\\u00fc\\uD83D\\uDE00ä" , "flag":true,"off": false, "number":-12, "texts":["a",""],\r\n
             "object":{"a":{}},"objects":[{"a":1.5e+3},{}],"nothing":null,"empty":[] }
            """)
        #expect(try object.text("text") == "a\"b\\/\u{8}\u{C}\n\r\t\u{FC}\u{1F600}ä")
        #expect(try object.optionalFlag("flag") == true && object.optionalFlag("off") == false)
        #expect(try object.optionalInteger("number") == -12)
        #expect(try object.optionalTexts("texts") == ["a", ""] && object.optionalTexts("empty") == [])
        #expect(try object.object("object").object("a").contains("b") == false)
        #expect(try object.objects("objects").count == 2)
        #expect(object.contains("nothing"))
        #expect(try object.optionalText("nothing") == nil && object.optionalText("missing") == nil)
        #expect(throws: FormatError("test", "member missing is missing")) { try object.text("missing") }
        #expect(throws: FormatError("test", "member flag has the wrong type")) { try object.text("flag") }
    }

    @Test(
        "What is not JSON, or more than this door takes, is refused",
        arguments: [
            "", " ", "{", "}", "[]", "\"a\"", "5", "{}x", "{}{}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{'a':1}", "{\"a\":01}",
            "{\"a\":1.}", "{\"a\":.5}", "{\"a\":-}", "{\"a\":1e}", "{\"a\":tru}", "{\"a\":True}", "{\"a\":nul", "{\"a\":[1,]}",
            "{\"a\":[1 2]}",
            "{\"a\":\"", "{\"a\":\"\\", "{\"a\":\"\\x\"}", "{\"a\":\"\\u12\"}", "{\"a\":\"\\uD800\"}", "{\"a\":\"\\uDC00\"}",
            "{\"a\":\"\\uD800\\u0041\"}", "{\"a\":\"\n\"}", "{\"a\":1,\"a\":2}", "{\"\\u0061\":1}", "{\"a\":{\"b\":1,\"b\":1}}",
            String(repeating: "{\"a\":", count: 13) + "1" + String(repeating: "}", count: 13),
            "{" + (0...64).map { "\"m\($0)\":1" }.joined(separator: ",") + "}", String(repeating: "{\"a\":", count: 10_000),
        ])
    func refused(text: String) { #expect(throws: FormatError.self) { try read(text) } }

    @Test("What a text may hold, and what it may not, is seen at every place of it", arguments: 0..<20)
    func everyPlace(place: Int) throws {
        func text(_ middle: String) -> String { String(repeating: "a", count: place) + middle + String(repeating: "b", count: 20 - place) }
        for (written, meant) in [
            ("é", "é"), ("\u{7F}", "\u{7F}"), ("\\n", "\n"), (#"\""#, "\""), (#"\u0041"#, "A"), ("€\u{10FFFF}", "€\u{10FFFF}"),
        ] {
            #expect(try read("{\"a\":\"\(text(written))\"}").text("a") == text(meant))
        }
        for byte in UInt8(0)..<0x20 {
            #expect(throws: FormatError.self) { try read("{\"a\":\"\(text(String(UnicodeScalar(byte))))\"}") }
        }
        #expect(throws: FormatError.self) { try read("{\"a\":\"\(text(#"\"#).prefix(place + 1))") }
        #expect(throws: FormatError("test", "unterminated string")) { try read("{\"a\":\"\(text(""))") }
    }

    @Test("Bytes that are no UTF-8 are refused")
    func encoding() {
        #expect(throws: FormatError.self) {
            try StrictJSON.object(Array("{\"a\":\"".utf8) + [0xC3, 0x28] + Array("\"}".utf8), what: "test")
        }
        #expect(throws: FormatError.self) { try StrictJSON.object([0xEF, 0xBB, 0xBF] + Array("{}".utf8), what: "test") }
    }

    @Test("Whatever a text holds, it is written so that another reader gets it back")
    func written() throws {
        let text = String(decoding: (0..<0x80).map { UInt8($0) }, as: UTF8.self) + "\"\\/ü€😀\u{2028}"
        let problem = Problem(
            .compound, text, status: 400,
            subproblems: [.init(.malformed, text, identifier: IdentifierBody(type: "dns", value: text))])
        let bytes = ACMEJSON.encode(problem)
        let read = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        #expect(read["detail"] as? String == text)
        #expect(read["status"] as? Int == 400)
        #expect(try Problem(StrictJSON.object(bytes, what: "problem")) == problem)
    }

    @Test("Members are sorted and absent ones left out")
    func order() {
        let order = OrderBody(
            status: "pending", expires: "2026-01-02T03:04:05Z", identifiers: [IdentifierBody(type: "dns", value: "a.test")],
            authorizations: ["https://a/authz/1"], finalize: "https://a/f")
        #expect(
            String(decoding: ACMEJSON.encode(order), as: UTF8.self)
                == #"{"authorizations":["https://a/authz/1"],"expires":"2026-01-02T03:04:05Z","finalize":"https://a/f","#
                + #""identifiers":[{"type":"dns","value":"a.test"}],"status":"pending"}"#)
    }
}
