import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import Testing

@testable import HTTPTransport

@Suite struct RequestFieldTests {
    @Test(
        "Basic credentials are read whatever the scheme's case and the blanks round the text",
        arguments: ["Basic dTpww6Q6eA==", "basic dTpww6Q6eA==", "BASIC   dTpww6Q6eA== ", " Basic \tdTpww6Q6eA==\t"])
    func basic(_ value: String) throws {
        let credentials = try #require(BasicCredentials.parse(value))
        #expect(credentials.username == "u")
        #expect(credentials.password == "p\u{E4}:x")
    }

    @Test("Empty names and passwords are told apart from missing ones")
    func empty() throws {
        let both = try #require(BasicCredentials.parse("Basic Og=="))
        #expect(both.username.isEmpty && both.password.isEmpty)
        let name = try #require(BasicCredentials.parse("Basic dTo="))
        #expect(name.username == "u" && name.password.isEmpty)
    }

    @Test(
        "Malformed credentials are none",
        arguments: [
            "", "Basic", "Basic ", "Basic  ", "Bearer dTpw", "Basicc dTpw", "Basi dTpw", "Basic dTpw dTpw", "Basic dT=pw", "Basic dTp",
            "Basic dTpw!",
            "Basic dTpw\u{E4}", "Basic dQ==", "Basic ==", "Basic " + Data([0x75, 0x3A, 0xFF]).base64EncodedString(),
            "Basic " + Data([0xC3, 0x3A, 0xA4]).base64EncodedString(), "Basic " + Data((0..<3100).map { _ in 0x3A }).base64EncodedString(),
        ])
    func malformed(_ value: String) {
        #expect(BasicCredentials.parse(value) == nil)
    }

    @Test("The value of a field is what the subscript gives, for none, one and several")
    func value() throws {
        var fields: HTTPFields = [.contentType: "text/plain", .accept: "a"]
        fields.append(HTTPField(name: .accept, value: "b"))
        fields.append(HTTPField(name: try #require(HTTPField.Name("CONTENT-LANGUAGE")), value: "de"))
        for name in [HTTPField.Name.contentType, .accept, .contentLanguage, .cookie] { #expect(fields.value(of: name) == fields[name]) }
        #expect(fields.value(of: .accept) == "a, b")
    }

    @Test("The date of responses is of the second asked for")
    func date() {
        let dates = DateField()
        #expect(dates.text(at: 784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(dates.text(at: 784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(dates.text(at: 784_111_778) == "Sun, 06 Nov 1994 08:49:38 GMT")
    }

    @Test("The parts of a path as they came, without empty ones and without the query")
    func pathComponents() {
        let head = HTTPRequest(method: .get, scheme: nil, authority: nil, path: "/acme//def%61ult/order/?next=/7")
        let request = Request(head: head, body: RequestBody(buffer: ByteBuffer()))
        #expect((0..<5).map { request.pathComponent($0) } == ["acme", "def%61ult", "order", nil, nil])
        #expect(request.path == "/acme//def%61ult/order/")
    }

    @Test("A request has the fields that came, the first Host as its authority", arguments: ["/a?b", "http://other.test/a?b"])
    func requestHead(target: String) throws {
        let headers: HTTPHeaders = [
            "Accept": "a", "HOST": "one.test", "cookie": "a=1; b=2", "accept": "b", "b\u{E4}d": "x", "Host": "two.test",
        ]
        let request = try HTTPRequest(HTTPRequestHead(version: .http1_1, method: .POST, uri: target, headers: headers))
        #expect(request.method == .post && request.authority == "one.test" && request.path == "/a?b")
        #expect(request.headerFields.map(\.name.rawName) == ["Accept", "cookie", "accept", "Host"])
        #expect(request.headerFields.map(\.value) == ["a", "a=1; b=2", "b", "two.test"])
    }
}
