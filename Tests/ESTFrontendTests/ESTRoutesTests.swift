import ESTWire
import EnrollmentCore
import Foundation
import HTTPTypes
import PKIFormats
import SigningKeys
import TestSupport
import Testing

@Suite struct ESTRoutesTests {
    private static let certificatesOnly = "application/pkcs7-mime; smime-type=certs-only"

    @Test("cacerts gives the issuing CA first and the root last, at every form of the path")
    func caCertificates() async throws {
        let door = try await ESTDoor()
        let paths = [
            "/.well-known/est/cacerts", "/.well-known/est/default/cacerts", "/default/.well-known/est/cacerts", "//.well-known/est/cacerts",
            "/default//.well-known/est/cacerts",
        ]
        for path in paths {
            let answer = try await door.get(path)
            #expect(answer.status == 200, "\(path)")
            #expect(answer.contentType == Self.certificatesOnly)
            #expect(answer.headers[.contentLength] == String(answer.body.utf8.count))
            #expect(answer.headers[.contentTransferEncoding] == nil)
            #expect(!answer.body.contains("\n"))
            #expect(
                try answer.certificates.map(\.der) == [door.ca.issuing.identity.certificate?.der, door.ca.root.identity.certificate?.der])
        }
        #expect(try await door.get("/.well-known/est/cacerts", headers: [.userAgent: "libest 3.2.0p"]).body.hasSuffix("\n"))
    }

    @Test("Unknown labels and operations are 404, a wrong method 405")
    func unknown() async throws {
        let door = try await ESTDoor()
        #expect(try await door.get("/.well-known/est/nobody/cacerts").status == 404)
        #expect(try await door.get("/.well-known/est/serverkeygen").status == 404)
        #expect(try await door.post("/.well-known/est/fullcmc", []).status == 404)
        let wrong = try await door.get("/.well-known/est/simpleenroll")
        #expect(wrong.status == 405)
        #expect(wrong.headers[.allow] == "POST")
        #expect(try await door.post("/.well-known/est/cacerts", []).status == 405)
    }

    @Test("A disabled endpoint is 404, and open again as before")
    func disabled() async throws {
        let door = try await ESTDoor()
        try await door.ca.services.catalog.setEnabled(false, endpoint: DefaultEndpoints.est)
        #expect(try await door.get("/.well-known/est/cacerts").status == 404)
        try await door.ca.services.catalog.setEnabled(true, endpoint: DefaultEndpoints.est)
        #expect(try await door.get("/.well-known/est/cacerts").status == 200)
    }

    @Test("simpleenroll with a password gives exactly the new certificate, laid out like the request")
    func enroll() async throws {
        let door = try await ESTDoor()
        for (index, layout) in [ESTBody.Layout.oneLine, .wrapped].enumerated() {
            let key = try SoftwareKey.generate(.p256)
            let request = try await TestCA.request(key, commonName: "d\(index).test", names: [.dns("d\(index).test")])
            let answer = try await door.post("/.well-known/est/simpleenroll", Array(ESTBody.encode(request.der, layout).utf8))
            #expect(answer.status == 200)
            #expect(answer.contentType == Self.certificatesOnly)
            #expect(answer.body.contains("\n") == (layout == .wrapped))
            let certificates = try answer.certificates
            #expect(certificates.count == 1)
            #expect(certificates.first?.publicKey == key.publicKey)
            #expect(certificates.first?.subjectAlternativeNames == [.dns("d\(index).test")])
        }
    }

    @Test("The same request again gets the same certificate")
    func retry() async throws {
        let door = try await ESTDoor()
        let body = try await door.body(SoftwareKey.generate(.p256), "device-1")
        let first = try await door.post("/.well-known/est/simpleenroll", body)
        let second = try await door.post("/.well-known/est/simpleenroll", body)
        #expect(first.status == 200)
        #expect(first.body == second.body)
    }

    @Test("Without a credential, or with a wrong one, the answer asks for HTTP Basic")
    func credentials() async throws {
        let door = try await ESTDoor()
        let body = try await door.body(SoftwareKey.generate(.p256), "device-1")
        for headers: HTTPFields in [
            [:], [.authorization: "Basic " + Data("estuser:wrong".utf8).base64EncodedString()], [.authorization: "Bearer x"],
        ] {
            let answer = try await door.post("/.well-known/est/simpleenroll", body, headers: headers)
            #expect(answer.status == 401)
            #expect(answer.headers[.wwwAuthenticate] == "Basic realm=\"est\"")
        }
        #expect(try await door.refusals(.unauthenticated) == 2)
        #expect(try await door.refusals(.badCredential) == 1)
        // Credentials of one endpoint are worthless at another.
        try await door.ca.services.users.add("other", endpoint: "est-held", password: ESTDoor.password, covers: [NamePattern("*.test")])
        let foreign: HTTPFields = [.authorization: "Basic " + Data("other:\(ESTDoor.password)".utf8).base64EncodedString()]
        #expect(try await door.post("/.well-known/est/simpleenroll", body, headers: foreign).status == 401)
    }

    @Test("Names that the user does not cover are 403")
    func uncovered() async throws {
        let door = try await ESTDoor()
        let key = try SoftwareKey.generate(.p256)
        #expect(try await door.post("/.well-known/est/simpleenroll", door.body(key, "mail.example.com")).status == 403)
        #expect(
            try await door.post("/.well-known/est/simpleenroll", door.body(key, "a.test", [.dns("a.test"), .dns("b.example")])).status
                == 403)
        #expect(try await door.refusals(.unacceptableName) == 2)
    }

    @Test("Bodies that are not requests are 400, 413 or 415, with text, and in the trail")
    func undecodable() async throws {
        let door = try await ESTDoor()
        for (body, type, status) in [
            ("", "application/pkcs10", 400), ("!!!", "application/pkcs10", 400), ("MIIB", "application/pkcs10", 400),
            (String(repeating: "A", count: 70_000), "application/pkcs10", 413), ("AAAA", "application/x-www-form-urlencoded", 415),
        ] {
            let before = try await door.refusals(.malformed)
            let answer = try await door.post("/.well-known/est/simpleenroll", Array(body.utf8), type: type)
            #expect(answer.status == status, "\(body.prefix(10))")
            #expect(answer.contentType == "text/plain; charset=utf-8")
            #expect(try await door.refusals(.malformed) == before + 1)
        }
        #expect(try await door.post("/.well-known/est/simpleenroll", Array("AAAA".utf8), type: nil).status == 415)
        let fine = try await door.post(
            "/.well-known/est/simpleenroll", door.body(SoftwareKey.generate(.p256), "device-1"), type: "Application/PKCS10; charset=utf-8")
        #expect(fine.status == 200)
    }

    @Test("A held request is 202 with seconds to wait, the same reference each time")
    func held() async throws {
        let door = try await ESTDoor()
        try await door.admitAtHeld()
        let body = try await door.body(SoftwareKey.generate(.p256), "held.test")
        let first = try await door.post("/.well-known/est/held/simpleenroll", body)
        #expect(first.status == 202)
        #expect(first.headers[.retryAfter].flatMap { Int($0) } ?? 0 > 0)
        #expect(first.body.contains("a person looks at this"))
        let second = try await door.post("/held/.well-known/est/simpleenroll", body)
        #expect(second.status == 202)
        #expect(first.body == second.body)
    }

    @Test("csrattrs tells what the template wants, and is open to all")
    func requestAttributes() async throws {
        let door = try await ESTDoor()
        let device = try await door.get("/.well-known/est/csrattrs")
        #expect(device.status == 200)
        #expect(device.contentType == "application/csrattrs")
        let expected = CSRAttributes(extensions: [Extensions.extendedKeyUsage([OIDs.clientAuth])])
        #expect(Data(base64Encoded: device.body) == Data(expected.der))
        let server = try await door.get("/.well-known/est/held/csrattrs")
        let wanted = CSRAttributes(wanted: [OIDs.subjectAlternativeName], extensions: [Extensions.extendedKeyUsage([OIDs.serverAuth])])
        #expect(Data(base64Encoded: server.body) == Data(wanted.der))
    }
}

extension HTTPField.Name {
    static let contentTransferEncoding = HTTPField.Name("Content-Transfer-Encoding") ?? .contentEncoding
}
