import PKIFormats
import Testing

@testable import WSTEPWire

@Suite struct XMLDocumentParserTests {
    private func parse(_ text: String, limits: XMLLimits = XMLLimits()) throws -> ParsedElement {
        try XMLDocumentParser.parse(Array(text.utf8), limits: limits)
    }

    @Test func `a document becomes values with namespaces, text, CDATA and no comments`() throws {
        let root = try parse("<a xmlns='urn:x' xmlns:q='urn:q' q:k='v' n='1'>t<!-- c --><![CDATA[<u>]]><?p i?><q:b/></a>")
        #expect(root.name == XMLName("urn:x", "a"))
        #expect(root.attributes == [XMLName("urn:q", "k"): "v", XMLName("", "n"): "1"])
        #expect(root.text == "t<u>")
        #expect(root.children.map(\.name) == [XMLName("urn:q", "b")])
    }

    @Test(arguments: [
        "<!DOCTYPE a><a/>",
        "<!DOCTYPE a [<!ELEMENT a ANY>]><a/>",
        "<!DOCTYPE a SYSTEM \"http://127.0.0.1:9/x.dtd\"><a/>",
        "<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/hostname\">]><a>&e;</a>",
        "<!DOCTYPE a PUBLIC \"-//X//Y\" \"http://127.0.0.1:9/x.dtd\" [<!ENTITY % p SYSTEM \"http://127.0.0.1:9/y\"> %p;]><a/>",
    ])
    func `a document type declaration of any kind is refused`(text: String) {
        #expect(throws: FormatError("XML", "document type declaration")) { try parse(text) }
    }

    @Test func `an entity bomb is refused before it goes off`() {
        let lol = (1...9).map { "<!ENTITY l\($0) \"\(String(repeating: "&l\($0 - 1);", count: 10))\">" }.joined()
        let bomb = "<!DOCTYPE a [<!ENTITY l0 \"lol\">\(lol)]><a>&l9;</a>"
        #expect(throws: FormatError("XML", "document type declaration")) { try parse(bomb) }
    }

    @Test(arguments: [
        "", " ", "text", "<a>", "<a></b>", "<a/><b/>", "<a/>tail", "<a b='1' b='2'/>", "<a>&undeclared;</a>", "<p:a/>", "<a p:b='1'/>",
        "<a>\u{0}</a>", "<a>\u{1}</a>", "<a", "<a b=\"<\"/>", "<?xml version='1.0' encoding='ISO-8859-1'?><a/>",
        "<?xml version='1.0' encoding='UTF-16'?><a/>",
    ])
    func `what is not well-formed XML in UTF-8 is refused`(text: String) {
        #expect(throws: FormatError.self) { try parse(text) }
    }

    @Test func `UTF-16 and broken UTF-8 are refused`() {
        let text = "<?xml version='1.0' encoding='UTF-16'?><a/>"
        let wide: [UInt8] = [0xFE, 0xFF] + text.utf8.flatMap { [0, $0] as [UInt8] }
        #expect(throws: FormatError.self) { try XMLDocumentParser.parse(wide) }
        #expect(throws: FormatError.self) { try XMLDocumentParser.parse(Array("<a>".utf8) + [0xC3, 0x28] + Array("</a>".utf8)) }
    }

    @Test func `a message may be cut anywhere and is then refused`() {
        let whole = Array(SOAPSamples.envelope(action: SOAPSamples.getPoliciesAction, body: SOAPSamples.getPoliciesBody).utf8)
        for length in stride(from: 0, to: whole.count, by: 7) {
            #expect(throws: FormatError.self) { try XMLDocumentParser.parse(Array(whole.prefix(length))) }
        }
    }

    @Test func `depth, elements, attributes, namespaces and size are bounded`() throws {
        var limits = XMLLimits()
        limits.depth = 3
        limits.elements = 5
        limits.attributesPerElement = 2
        limits.namespaces = 2
        limits.bytes = 200
        #expect(try parse("<a><b><c/></b></a>", limits: limits).children.count == 1)
        #expect(throws: FormatError.self) { try parse("<a><b><c><d/></c></b></a>", limits: limits) }
        #expect(throws: FormatError.self) { try parse("<a><b/><b/><b/><b/><b/></a>", limits: limits) }
        #expect(throws: FormatError.self) { try parse("<a x='1' y='2' z='3'/>", limits: limits) }
        #expect(throws: FormatError.self) { try parse("<a xmlns:x='u' xmlns:y='u'><b xmlns:z='u'/></a>", limits: limits) }
        #expect(throws: FormatError.self) { try parse("<a>" + String(repeating: "x", count: 200) + "</a>", limits: limits) }
        #expect(throws: FormatError.self) { try parse(String(repeating: "<a>", count: 5000) + String(repeating: "</a>", count: 5000)) }
    }

    @Test func `a tag with thousands of attributes is refused before libxml2 compares each with each`() {
        let many = (0..<14_000).map { "a\($0)='1'" }.joined(separator: " ")
        for text in [
            "<a \(many)/>", "<!-- < ' --><a><![CDATA[<']]><b c='>' \(many)/></a>", "<?xml version='1.0' encoding=\"utf-8\"?><a \(many)/>",
        ] {
            #expect(throws: FormatError("XML", "more than 192 attributes")) { try parse(text) }
        }
        for text in ["<?xml version='1.0' encoding='UTF-7'?><a/>", "<?xml version=\"1.0\" encoding = \"utf-16\"?><a/>"] {
            #expect(throws: FormatError("XML", "encoding is not UTF-8")) { try parse(text) }
        }
    }

    @Test func `nil is understood, and nil with content is refused`() throws {
        let open = "<a xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:nil="
        #expect(try parse(open + "'true'/>").isNil())
        #expect(try parse(open + "' 1 '> </a>").isNil())
        #expect(try !parse(open + "'false'>x</a>").isNil())
        #expect(throws: FormatError.self) { try parse(open + "'true'>x</a>").isNil() }
        #expect(throws: FormatError.self) { try parse(open + "'true'><b/></a>").isNil() }
        #expect(throws: FormatError.self) { try parse(open + "'yes'/>").isNil() }
    }
}
