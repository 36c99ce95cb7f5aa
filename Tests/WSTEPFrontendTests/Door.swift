import EnrollmentCore
import Foundation
import HTTPTransport
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import PKIFormats
import SigningKeys
import TestSupport
import WSTEPWire

@testable import WSTEPFrontend

/// The WSTEP door of a test CA, driven in process through its router.
struct Door {
    static let password = "correct horse battery"

    struct Reply {
        let status: Int
        let contentType: String?
        let text: String

        /// The one child of the body.
        var body: ParsedElement {
            get throws {
                guard let body = try SOAPBody.of(text) else { throw FormatError("reply", "no body") }
                return body
            }
        }

        /// Codes of a fault, outermost first, then the result code where there is one.
        var fault: [String] {
            get throws {
                let fault = try body
                guard fault.name == XMLName(Namespace.soap, "Fault") else { return [] }
                return try SOAPBody.codes(of: fault)
            }
        }
    }

    let ca: TestCA
    let links = WSTEPLinks(baseURL: "https://ca.test:8443", caName: "Test CA & more")
    private let http: InProcessHTTP

    init(covers: [String] = ["*.test"]) async throws {
        let ca = try await TestCA.found()
        self.ca = ca
        try await ca.services.users.add(
            "alice", endpoint: DefaultEndpoints.wstep, password: Self.password, covers: try covers.map { try NamePattern($0) })
        try await ca.services.users.add("mallory", endpoint: DefaultEndpoints.wstep, password: Self.password, covers: [])
        try await ca.services.users.add("bob", endpoint: DefaultEndpoints.est, password: Self.password, covers: [NamePattern("*.test")])
        let router = Router(context: TransportContext.self)
        let issuing = ca.issuing.identity
        WSTEPRoutes(catalog: ca.services.catalog, pipeline: ca.services.pipeline, links: links, surroundings: ca.surroundings) { name in
            name == issuing.authority ? issuing : nil
        }.register(on: router)
        http = InProcessHTTP(ListenerRoutes(router))
    }

    func send(_ method: HTTPRequest.Method, path: String, body: String = "", contentType: String? = "application/soap+xml; charset=utf-8")
        async throws
        -> Reply
    {
        var head = HTTPRequest(method: method, scheme: "https", authority: "ca.test", path: path)
        head.headerFields[.contentType] = contentType
        let answer = try await http.send(head, body: Array(body.utf8), facts: ConnectionFacts(peerAddress: "192.0.2.7", isTLS: true))
        return Reply(
            status: answer.status, contentType: answer.headers[.contentType], text: String(decoding: answer.body, as: UTF8.self))
    }

    func path(_ service: WSTEPService, label: String = "default") -> String {
        String(links.url(service, label: label).dropFirst("https://ca.test:8443".count))
    }

    func policies(_ body: String = SOAPSamples.getPoliciesBody, username: String = "alice", password: String = password) async throws
        -> Reply
    {
        try await send(
            .post, path: path(.policy),
            body: SOAPSamples.envelope(
                action: SOAPSamples.getPoliciesAction, header: SOAPSamples.securityHeader(username: username, password: password),
                body: body))
    }

    func enroll(_ body: String, username: String = "alice", password: String = password, label: String = "default") async throws -> Reply {
        try await send(
            .post, path: path(.enrollment, label: label),
            body: SOAPSamples.envelope(
                action: SOAPSamples.requestAction, header: SOAPSamples.securityHeader(username: username, password: password), body: body))
    }

    /// A PKCS #10 request as the token of a message.
    static func token(commonName: String?, names: [GeneralName] = [], extensions: [CertificateExtension] = [], key: SoftwareKey? = nil)
        async throws -> String
    {
        let key = try key ?? SoftwareKey.generate(.p256)
        return Data(try await TestCA.request(key, commonName: commonName, names: names, extensions: extensions).der).base64EncodedString()
    }
}

/// Reads replies.
enum SOAPBody {
    static func of(_ text: String) throws -> ParsedElement? {
        try XMLDocumentParser.parse(Array(text.utf8)).children.last?.children.first
    }

    static func codes(of fault: ParsedElement) throws -> [String] {
        var codes: [String] = []
        var element = try fault.child(XMLName(Namespace.soap, "Code"))
        while let code = element {
            codes.append(try code.requiredChild(XMLName(Namespace.soap, "Value")).text)
            element = try code.child(XMLName(Namespace.soap, "Subcode"))
        }
        if let detail = try fault.child(XMLName(Namespace.soap, "Detail"))?.children.first,
            let number = Int32(try detail.requiredChild(XMLName(Namespace.enrollment, "ErrorCode")).text)
        {
            codes.append(HRESULT(UInt32(bitPattern: number)).description)
        }
        return codes
    }
}
