import Foundation
import PKIFormats
import Testing

@testable import WSTEPWire

@Suite struct RequestSecurityTokenTests {
    private func request(_ body: String) throws -> RequestSecurityToken {
        let text = SOAPSamples.envelope(action: SOAPSamples.requestAction, body: body)
        return try RequestSecurityToken(SOAPEnvelope(XMLDocumentParser.parse(Array(text.utf8))).body)
    }

    private func code(_ body: String) -> HRESULT? {
        do {
            _ = try request(body)
            return nil
        } catch {
            return (error as? SOAPFault)?.detail?.errorCode
        }
    }

    @Test func `an Issue request gives token and context`() throws {
        let request = try request(
            SOAPSamples.issueBody(
                token: "\n  AQID\r\n&#xD;\n BAUG \n",
                context: "<ContextItem Name=\"CertificateTemplate\"><Value>tls-server</Value></ContextItem><ContextItem Name=\"x\"/>"))
        #expect(request.type == .issue)
        #expect(request.token?.bytes == [1, 2, 3, 4, 5, 6])
        #expect(request.requestID == nil)
        #expect(request.context == [ContextItem(name: "CertificateTemplate", value: "tls-server"), ContextItem(name: "x", value: "")])
    }

    @Test(arguments: ["AQID BAUG", "\tAQID\n\nBAUG", "AQID\u{A0}BAUG", "AQID\u{2028}BAUG", "AQID\u{85}BAUG\u{3000}"])
    func `white space of any kind may stand in the token`(token: String) throws {
        #expect(try request(SOAPSamples.issueBody(token: token)).token?.bytes == [1, 2, 3, 4, 5, 6])
    }

    @Test(arguments: ["AQI", "AQ-D", "AQ_D", "\u{E4}AQI"])
    func `what is no base64 is refused`(token: String) {
        #expect(code(SOAPSamples.issueBody(token: token)) == .invalidData)
    }

    @Test func `PEM armour in the token is tolerated`() throws {
        let body = SOAPSamples.issueBody(token: "-----BEGIN CERTIFICATE REQUEST-----\nAQID\n-----END CERTIFICATE REQUEST-----\n")
        #expect(try request(body).token?.bytes == [1, 2, 3])
    }

    @Test func `a poll has a number and an empty token`() throws {
        let request = try request(SOAPSamples.pollBody)
        #expect(request.type == .queryTokenStatus)
        #expect(request.requestID == 1043)
        #expect(request.token?.bytes == [])
    }

    @Test func `children may come in another order and without a token type`() throws {
        let body = """
            <RequestSecurityToken xmlns="http://docs.oasis-open.org/ws-sx/ws-trust/200512">
            <RequestType> http://docs.oasis-open.org/ws-sx/ws-trust/200512/KET </RequestType></RequestSecurityToken>
            """
        #expect(try request(body).type == .keyExchange)
    }

    @Test(arguments: [
        ("/Issue<", "/Cancel<"), ("#X509v3<", "#X509v1<"),
        ("<RequestType>", "<RequestType>http://docs.oasis-open.org/ws-sx/ws-trust/200512/Issue</RequestType><RequestType>"),
        ("#base64binary", "#hexBinary"), ("<ContextItem Name=\"a\"", "<ContextItem"),
    ])
    func `what the profile does not know is an invalid argument`(change: (String, String)) {
        let body = SOAPSamples.issueBody(token: "AQID", context: "<ContextItem Name=\"a\"/>").replacing(change.0, with: change.1)
        #expect(code(body) == .invalidArgument)
    }

    @Test func `two tokens are refused`() {
        let token =
            "<BinarySecurityToken xmlns=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd\">AQID</BinarySecurityToken>"
        #expect(code(SOAPSamples.issueBody(token: "AQID").replacing("<TokenType>", with: token + "<TokenType>")) == .invalidArgument)
    }

    @Test(arguments: ["AQI", "!!!!", "AQID<x/>"])
    func `what is not base64 is invalid data`(token: String) {
        #expect(code(SOAPSamples.issueBody(token: token)) == .invalidData)
    }

    @Test(arguments: ["-1", "99999999999", "abc", "2147483648"])
    func `a request number that does not fit is refused`(number: String) {
        #expect(code(SOAPSamples.pollBody.replacing("1043", with: number)) == .invalidArgument)
    }

    private func response(_ disposition: RequestSecurityTokenResponse.Disposition) throws -> ParsedElement {
        let bytes = RequestSecurityTokenResponse(disposition: disposition, requestID: 1042).encoded(relatesTo: "urn:uuid:1")
        let root = try XMLDocumentParser.parse(bytes)
        let collection = try #require(root.children.last?.children.first)
        #expect(collection.name == XMLName(Namespace.trust, "RequestSecurityTokenResponseCollection"))
        return try collection.requiredChild(XMLName(Namespace.trust, "RequestSecurityTokenResponse"))
    }

    private let order = ["TokenType", "DispositionMessage", "BinarySecurityToken", "RequestedSecurityToken", "RequestID"]

    @Test func `an issued answer has AD CS's order, the certificate on one line and a CMC beside it`() throws {
        let response = try response(.issued(certificate: [0x30, 1, 0] + [UInt8](repeating: 7, count: 300), chain: [[0x30, 0]]))
        #expect(response.children.map(\.name.local) == order)
        #expect(response.children[1].text == "Issued")
        #expect(response.children[4].text == "1042")
        let leaf = try response.children[3].requiredChild(BinarySecurityToken.name)
        #expect(leaf.attributes[XMLName("", "ValueType")] == BinarySecurityToken.ValueType.x509v3.rawValue)
        #expect(!leaf.text.contains("\n") && Data(base64Encoded: leaf.text)?.count == 303)
        #expect(response.children[2].attributes[XMLName("", "ValueType")] == BinarySecurityToken.ValueType.pkcs7.rawValue)
    }

    @Test func `a pending answer points back to the service`() throws {
        let response = try response(.pending(pollURL: "https://h/CES?a&b", received: Date(timeIntervalSince1970: 1_900_000_000)))
        #expect(response.children.map(\.name.local) == order)
        #expect(response.children[1].text == "Taken Under Submission")
        let reference = try response.children[3].requiredChild(XMLName(Namespace.security, "SecurityTokenReference")).children.first
        #expect(reference?.attributes[XMLName("", "URI")] == "https://h/CES?a&b")
    }

    @Test func `the CMC response names its status and the hash of the issued certificate`() {
        let issued = CMCResponse(status: .success, message: "Issued", certificates: [[0x30, 1, 7], [0x30, 0]]).encoded()
        #expect(issued.hex.contains(HashAlgorithm.sha1.digest([0x30, 1, 7]).hex))
        let success = "02010030030201010c06" + Array("Issued".utf8).hex
        #expect(issued.hex.contains(success))
        let received = Date(timeIntervalSince1970: 0)
        let pending = CMCResponse(status: .pending(requestID: 12, received: received), message: "m", certificates: []).encoded()
        let token = "301504023132180f" + Array("19700101000000Z".utf8).hex
        #expect(pending.hex.contains("02010330030201010c016d" + token))
    }
}
