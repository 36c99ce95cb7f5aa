import Testing

@testable import WSTEPWire

@Suite struct XMLWriterTests {
    @Test func `no value becomes markup, and reading back gives the value`() throws {
        let nasty = "<a>&\"' \t\r\n]]> ü 漢 😀"
        var writer = XMLWriter()
        writer.element("r", ["k": nasty]) { $0.element("t", text: nasty) }
        let root = try XMLDocumentParser.parse(writer.bytes)
        #expect(root.attributes[XMLName("", "k")] == nasty)
        #expect(root.children.first?.text == nasty)
    }

    @Test(arguments: ["", "plain: ~text!", "a&b", "a<b", "a>b", "a\"b", "a'b", "tab\there", "\u{7F}", "\u{E4}", "\n"])
    func `a value is the same, plain or not, as text and as attribute`(value: String) throws {
        var writer = XMLWriter()
        writer.element("r", ["k": value], text: value)
        let root = try XMLDocumentParser.parse(writer.bytes)
        #expect(root.attributes[XMLName("", "k")] == value)
        #expect(root.text == value)
    }

    @Test func `what XML cannot carry becomes the replacement character`() throws {
        var writer = XMLWriter()
        writer.element("r", text: "a\u{0}b\u{1F}c\u{FFFE}d")
        #expect(try XMLDocumentParser.parse(writer.bytes).text == "a\u{FFFD}b\u{FFFD}c\u{FFFD}d")
    }
}
