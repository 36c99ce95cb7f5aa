import PKIFormats
import Testing

@testable import WSTEPWire

@Suite struct SOAPEnvelopeTests {
    private func envelope(_ text: String) throws -> SOAPEnvelope {
        try SOAPEnvelope(XMLDocumentParser.parse(Array(text.utf8)))
    }

    private let good = SOAPSamples.envelope(action: SOAPSamples.getPoliciesAction, body: SOAPSamples.getPoliciesBody)

    @Test func `action, message id, security and body are taken out`() throws {
        let envelope = try envelope(good)
        #expect(envelope.action == SOAPSamples.getPoliciesAction)
        #expect(envelope.messageID == "urn:uuid:11111111-2222-4333-8444-555555555501")
        #expect(envelope.security?.name.local == "Security")
        #expect(envelope.body.name == GetPoliciesRequest.name)
    }

    @Test func `a header block that need not be understood is passed over`() throws {
        _ = try envelope(good.replacing("<a:MessageID>", with: "<x:ActivityId xmlns:x='urn:x'>1</x:ActivityId><a:MessageID>"))
    }

    private func fault(_ text: String) throws -> SOAPFault? {
        let root = try XMLDocumentParser.parse(Array(text.utf8))
        do throws(SOAPFault) {
            _ = try SOAPEnvelope(root)
            return nil
        } catch {
            return error
        }
    }

    @Test func `a header that must be understood and is not gets MustUnderstand`() throws {
        let text = good.replacing("<a:MessageID>", with: "<x:Y xmlns:x='urn:x' s:mustUnderstand='true'/><a:MessageID>")
        #expect(try fault(text)?.code == .mustUnderstand)
    }

    @Test(arguments: ["Action", "MessageID", "To", "ReplyTo"])
    func `a doubled addressing header gets InvalidCardinality`(local: String) throws {
        let pattern = try Regex("<a:\(local)[ >](.|\n)*</a:\(local)>")
        let match = try #require(good.firstMatch(of: pattern)).output[0].substring ?? ""
        let text = good.replacing(match, with: "\(match)\(match)")
        #expect(try fault(text)?.subcodes == [.invalidAddressingHeader, .invalidCardinality])
    }

    @Test func `two Security headers are refused`() throws {
        let text = SOAPSamples.envelope(
            action: SOAPSamples.getPoliciesAction, header: SOAPSamples.security + SOAPSamples.security, body: SOAPSamples.getPoliciesBody)
        #expect(try fault(text)?.subcodes == [.invalidSecurity])
    }

    @Test func `two bodies, two headers, a body before the header and foreign children are refused`() throws {
        let body = "<s:Body><x/></s:Body>"
        let header = "<s:Header><a:Action>urn:a</a:Action></s:Header>"
        for inside in [
            header + body + body, header + header + body, body + header, header + "<x/>" + body, header + body + "<x/>", header, "",
        ] {
            let text = """
                <s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://www.w3.org/2005/08/addressing">\(inside)</s:Envelope>
                """
            #expect(try fault(text)?.code == .sender)
        }
    }

    @Test func `a body holds exactly one element`() throws {
        #expect(try fault(good.replacing("<GetPolicies ", with: "<x/><GetPolicies "))?.code == .sender)
        #expect(try fault(SOAPSamples.envelope(action: "urn:a", body: ""))?.code == .sender)
    }

    @Test func `a missing action is asked for`() throws {
        let text = SOAPSamples.envelope(action: "urn:a", body: "<x/>").replacing("a:Action", with: "a:Other").replacing(
            "s:mustUnderstand=\"1\">\n", with: ">")
        #expect(try fault(text)?.subcodes == [.messageAddressingHeaderRequired])
    }

    @Test func `a reply address elsewhere is refused`() throws {
        let text = good.replacing("http://www.w3.org/2005/08/addressing/anonymous", with: "http://127.0.0.1/steal")
        #expect(try fault(text)?.subcodes == [.invalidAddressingHeader, .onlyAnonymousAddressSupported])
    }

    @Test func `SOAP 1.1 gets VersionMismatch`() throws {
        #expect(try fault("<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'/>")?.code == .versionMismatch)
        #expect(try fault("<html/>")?.code == .sender)
    }

    @Test func `the content type gives its action, and another type is refused`() throws {
        #expect(try SOAPContentType("application/soap+xml; charset=utf-8; action=\"urn:a;b\"").action == "urn:a;b")
        #expect(try SOAPContentType("Application/SOAP+XML;charset=\"UTF-8\"").action == nil)
        #expect(try SOAPContentType(nil).action == nil)
        #expect(throws: SOAPFault.self) { try SOAPContentType("text/xml") }
        #expect(throws: SOAPFault.self) { try SOAPContentType("application/soap+xml; charset=utf-16") }
    }

    @Test func `a fault is written with its nested codes and reads back`() throws {
        let fault = SOAPFault(.sender, [.invalidAddressingHeader, .invalidCardinality], reason: "bad \u{7}\u{202E}<ü>")
        let root = try XMLDocumentParser.parse(fault.encoded(relatesTo: "urn:uuid:1"))
        let text = String(decoding: fault.encoded(relatesTo: "urn:uuid:1"), as: UTF8.self)
        #expect(root.children.map(\.name.local) == ["Header", "Body"])
        #expect(
            text.contains(
                "<a:Action s:mustUnderstand=\"1\">http://www.w3.org/2005/08/addressing/fault</a:Action><a:RelatesTo>urn:uuid:1</a:RelatesTo>"
            ))
        #expect(
            text.contains(
                "<s:Subcode><s:Value>a:InvalidAddressingHeader</s:Value><s:Subcode><s:Value>a:InvalidCardinality</s:Value></s:Subcode></s:Subcode>"
            ))
        #expect(text.contains("bad ??&lt;?&gt;"))
    }

    @Test func `an enrollment fault carries its four children in order and a signed result code`() throws {
        let fault = SOAPFault(enrollment: .templateDenied, reason: "no")
        let text = String(decoding: fault.encoded(relatesTo: nil), as: UTF8.self)
        #expect(
            text.contains(
                "<BinaryResponse xsi:nil=\"true\"/><ErrorCode>-2146877422</ErrorCode><InvalidRequest>true</InvalidRequest><RequestID xsi:nil=\"true\"/>"
            ))
        #expect(text.contains("/RequestSecurityTokenCertificateEnrollmentWSDetailFault<"))
        #expect(HRESULT.templateDenied.description == "0x80094012")
    }
}
