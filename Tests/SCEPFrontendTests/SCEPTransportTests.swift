import Foundation
import PKIFormats
import SCEPWire
import Testing

@Suite("SCEP transport decoding")
struct SCEPTransportTests {
    /// A SEQUENCE of 250 bytes whose base64 has `+` and `/` in it.
    static let message: [UInt8] = [0x30, 0x81, 250] + (0..<250).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 251) }
    static let base64 = Data(message).base64EncodedString()

    static func lines(of text: String, joinedBy separator: String) -> String {
        stride(from: 0, to: text.count, by: 64).map { start in String(text.dropFirst(start).prefix(64)) }.joined(separator: separator)
    }

    static let escapings: [(String, String)] = [
        ("everything percent-encoded", base64.replacing("+", with: "%2B").replacing("/", with: "%2F").replacing("=", with: "%3D")),
        ("lower-case hex digits", base64.replacing("+", with: "%2b").replacing("/", with: "%2f").replacing("=", with: "%3d")),
        ("macOS: plus and slash raw, padding encoded", base64.replacing("=", with: "%3D")),
        ("sscep, strongSwan, Cisco: 64-column lines", lines(of: base64, joinedBy: "%0A").replacing("+", with: "%2B") + "%0A"),
        ("CR LF between lines", lines(of: base64, joinedBy: "%0D%0A")),
        ("a proxy decoded plus to a space", base64.replacing("+", with: " ")),
        ("the space escaped again", base64.replacing("+", with: "%20")),
        ("the URL alphabet", base64.replacing("+", with: "-").replacing("/", with: "_")),
        ("no padding", base64.replacing("=", with: "")),
        ("nothing escaped", base64),
    ]

    @Test("A GET message is read through every broken escaping", arguments: escapings)
    func getMessageIsRead(_ name: String, _ escaped: String) throws {
        #expect(Self.base64.contains("+") && Self.base64.contains("/") && Self.base64.hasSuffix("="))
        #expect(try SCEPTransport.message(query: SCEPQuery("operation=PKIOperation&message=\(escaped)")) == Self.message)
        #expect(try SCEPTransport.message(query: SCEPQuery("message=\(escaped)&operation=PKIOperation")) == Self.message)
    }

    @Test("The first of two messages counts")
    func firstMessageCounts() throws {
        #expect(try SCEPTransport.message(query: SCEPQuery("operation=PKIOperation&message=\(Self.base64)&message=AAAA")) == Self.message)
    }

    @Test("A POST body is taken as DER or as base64")
    func postBodies() throws {
        #expect(try SCEPTransport.message(body: Self.message) == Self.message)
        #expect(try SCEPTransport.message(body: Array(Self.base64.utf8)) == Self.message)
        #expect(try SCEPTransport.message(body: Array(Self.lines(of: Self.base64, joinedBy: "\r\n").utf8)) == Self.message)
    }

    @Test(
        "What is no SEQUENCE is refused",
        arguments: [
            "", "message=", "operation=PKIOperation", "message=AAAA", "message=%", "message=MA==MA==", "message=M", "message=%252B",
        ])
    func rubbishIsRefused(_ query: String) {
        #expect(throws: FormatError.self) { try SCEPTransport.message(query: SCEPQuery(query)) }
    }

    @Test("A message above the limit is refused, by POST and by GET")
    func oversizeIsRefused() {
        let large = [0x30] + [UInt8](repeating: 0, count: SCEPTransport.maximumMessage)
        #expect(throws: FormatError.self) { try SCEPTransport.message(body: large) }
        #expect(throws: FormatError.self) { try SCEPTransport.message(query: SCEPQuery("message=" + Data(large).base64EncodedString())) }
        #expect(throws: FormatError.self) { try SCEPTransport.message(body: []) }
    }

    @Test("The operation is found in any place and any case")
    func operations() {
        #expect(SCEPOperation(query: SCEPQuery("operation=GetCACaps")) == .getCACaps)
        #expect(SCEPOperation(query: SCEPQuery("message=x&OPERATION=getcacert")) == .getCACert)
        #expect(SCEPOperation(query: SCEPQuery("operation=PKIOperation&message=")) == .pkiOperation)
        #expect(SCEPOperation(query: SCEPQuery("operation=GetNextCACert")) == .getNextCACert)
        #expect(SCEPOperation(query: SCEPQuery("operation=GetCRL")) == nil)
        #expect(SCEPOperation(query: SCEPQuery("")) == nil)
        #expect(SCEPOperation(query: SCEPQuery(ofTarget: "/scep/default?operation=GetCACert&x=?operation=GetCACaps")) == .getCACert)
        #expect(SCEPOperation(query: SCEPQuery(ofTarget: "/operation=GetCACert")) == nil)
        #expect(SCEPOperation(query: SCEPQuery(ofTarget: "/?")) == nil)
    }

    @Test("A value of a query is all between the first equals sign and the next ampersand")
    func queryValues() {
        for (query, value): (String, String?) in [
            ("", nil), ("&", nil), ("&&=&", nil), ("message", ""), ("message=", ""), ("message&x", ""), ("message=&x", ""),
            ("message=a=b&c", "a=b"), ("MESSAGE=a", "a"), ("messages=a", nil), ("essage=a", nil), ("x=message", nil),
            ("x=1&&message=a;b&message=c", "a;b"), ("x&message=%26", "%26"), ("message=ä&x", "ä"), ("mess%61ge=a", nil),
        ] {
            #expect(SCEPQuery(query).value(of: "message").map { String(decoding: $0, as: UTF8.self) } == value, "\(query)")
        }
    }

    @Test("Capabilities end every line with a bare LF and have no empty line")
    func capabilities() {
        #expect(SCEPCapabilities.text() == "AES\nPOSTPKIOperation\nRenewal\nSHA-256\nSHA-384\nSHA-512\nSCEPStandard\n")
    }

    @Test("No number but those of SCEP is a message type")
    func messageTypes() {
        let known = (0...99).filter { SCEPMessageType(text: String($0)) != nil }
        #expect(known == [3, 17, 18, 19, 20, 21, 22])
        for text in ["", "019", "19 ", "+19", "-3", "nineteen", "1９"] { #expect(SCEPMessageType(text: text) == nil) }
    }
}
