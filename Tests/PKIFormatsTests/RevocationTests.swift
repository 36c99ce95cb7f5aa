import Foundation
import PKIFormats
import SigningKeys
import TestSupport
import Testing

@Suite("Revocation lists and OCSP")
struct RevocationTests {
    static let now = Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded(.down))

    static func list(_ issuer: String, _ entries: [RevokedEntry]) async throws -> CertificateRevocationList {
        let lab = try await Lab.shared
        let key = try lab.key(issuer)
        let certificate = try lab.certificate(issuer)
        let toBeSigned = TBSCertificateRevocationList(
            signatureAlgorithm: key.defaultAlgorithm, issuer: certificate.subject, thisUpdate: now,
            nextUpdate: now.addingTimeInterval(3600), entries: RevokedEntries(entries),
            authorityKeyIdentifier: certificate.publicKey.keyIdentifier, number: .max
        ).encoded()
        return try CertificateRevocationList(
            toBeSigned: toBeSigned, algorithm: key.defaultAlgorithm, signature: try await key.sign(toBeSigned))
    }

    @Test("openssl reads and verifies our lists", arguments: Lab.kinds)
    func ours(issuer: String) async throws {
        let lab = try await Lab.shared
        let entries = [
            RevokedEntry(
                serialNumber: [0x00, 0xD1], revocationDate: Self.now, reason: .keyCompromise,
                invalidityDate: Self.now.addingTimeInterval(-60)),
            RevokedEntry(serialNumber: [0x05], revocationDate: Self.now, reason: nil),
            RevokedEntry(serialNumber: [0x06], revocationDate: Self.now, reason: .certificateHold),
        ]
        let list = try await Self.list(issuer, entries)
        #expect(list.entries == entries)
        #expect(list.number == .max)
        #expect(list.nextUpdate == Self.now.addingTimeInterval(3600))
        #expect(list.isSigned(by: try lab.certificate(issuer).publicKey))
        #expect(list.entry(for: [5]) == entries[1])
        #expect(list.entry(for: [7]) == nil)
        #expect(try CertificateRevocationList(pem: list.pem) == list)
        let file = try lab.directory.write("ours-\(issuer).crl", list.pem)
        let result = try await lab.openssl("crl -in \(file) -noout -text -CAfile \(issuer).pem")
        #expect(result.errorText.contains("verify OK"))
        for expected in ["Serial Number: D1", "Key Compromise", "Certificate Hold", "Invalidity Date", "18446744073709551615"] {
            #expect(result.text.contains(expected) || result.text.contains("FFFFFFFFFFFFFFFF"), "\(expected)")
        }
        let revoked = try await Self.list(
            issuer, [RevokedEntry(serialNumber: [0x00, 0xD1, 0x22], revocationDate: Self.now, reason: .superseded)])
        try lab.directory.write("revoked-\(issuer).crl", revoked.pem)
        let leaf = try await lab.issue(
            [], subject: DistinguishedName(commonName: "x"), key: lab.certificate("rsa").publicKey, issuer: issuer)
        try lab.directory.write("leaf-\(issuer).pem", leaf.pem)
        let verdict = try await Command.run(
            "openssl", ["verify", "-crl_check", "-CAfile", "\(issuer).pem", "-CRLfile", "revoked-\(issuer).crl", "leaf-\(issuer).pem"],
            in: lab.directory.path)
        #expect(verdict.errorText.contains("certificate revoked"))
    }

    @Test("An empty list leaves the field out, and a long one is read whole")
    func sizes() async throws {
        #expect(try await Self.list("p256", []).entries.isEmpty)
        let entries = (0..<20_000).map {
            RevokedEntry(serialNumber: [1, UInt8($0 >> 8), UInt8($0 & 255)], revocationDate: Self.now, reason: .superseded)
        }
        #expect(try await Self.list("p256", entries).entries == entries)
    }

    @Test("Lists of openssl are read")
    func foreign() async throws {
        let lab = try await Lab.shared
        let directory = try TemporaryDirectory()
        try directory.write(
            "ca.cnf",
            "[ca]\ndefault_ca=d\n[d]\ndatabase=\(directory.path("index"))\ncrlnumber=\(directory.path("number"))\ndefault_md=sha256\ndefault_crl_days=3\ncrl_extensions=e\n[e]\nauthorityKeyIdentifier=keyid\n"
        )
        try directory.write("number", "1F\n")
        try directory.write(
            "index",
            "R\t401231235959Z\t260101000000Z,keyCompromise\tD122\tunknown\t/CN=x\nR\t401231235959Z\t260101000000Z\t05\tunknown\t/CN=y\n")
        let text = try await lab.openssl("ca -config \(directory.path("ca.cnf")) -gencrl -keyfile rsa.key -cert rsa.pem").text
        let list = try CertificateRevocationList(pem: String(text[(text.range(of: "-----BEGIN")?.lowerBound ?? text.startIndex)...]))
        let authority = try lab.certificate("rsa")
        #expect(list.isSigned(by: authority.publicKey))
        #expect(list.issuer == authority.subject)
        #expect(list.number == 0x1F)
        #expect(list.authorityKeyIdentifier == authority.subjectKeyIdentifier)
        #expect(list.entry(for: [0x00, 0xD1, 0x22])?.reason == .keyCompromise)
        #expect(list.entry(for: [5])?.reason == nil)
        #expect(list.entries.count == 2)
    }

    @Test("Reasons go by their names, in any case")
    func reasons() {
        for reason in RevocationReason.allCases { #expect(RevocationReason(name: reason.name.uppercased()) == reason) }
        #expect(RevocationReason(name: "unknown") == nil)
        #expect(RevocationReason(rawValue: 7) == nil)
    }

    @Test("OCSP requests of openssl are read", arguments: ["sha1", "sha256", "sha384", "sha512"])
    func requests(hash: String) async throws {
        let lab = try await Lab.shared
        let file = "request-\(hash).der"
        try await lab.openssl("ocsp -issuer p256.pem -\(hash) -serial 0xd122 -serial 5 -reqout \(file)")
        let request = try OCSPRequest(der: lab.directory.read(file))
        let issuer = try lab.certificate("p256")
        #expect(request.certIDs.map { SerialNumber.hex($0.serialNumber) } == (hash == "sha1" ? ["d122", "05"] : ["d122", "05"]))
        #expect(request.certIDs.allSatisfy { $0.isIssued(by: issuer.subject, key: issuer.publicKey) })
        #expect(
            !request.certIDs.contains { $0.isIssued(by: issuer.subject, key: (try? lab.certificate("rsa"))?.publicKey ?? issuer.publicKey) }
        )
        #expect(request.nonce != nil)
    }

    @Test("A request of our writing is read by openssl and by us")
    func ownRequests() async throws {
        let lab = try await Lab.shared
        let issuer = try lab.certificate("p256")
        let id = OCSPCertID(hash: .sha1, issuerName: issuer.subject, issuerKey: issuer.publicKey, serialNumber: [0x00, 0xD1, 0x22])
        let nonce = DERBytes.octetString([1, 2, 3, 4])
        let bytes = OCSPRequest.encode([id], nonce: nonce)
        let request = try OCSPRequest(der: bytes)
        #expect(request.certIDs == [id])
        #expect(request.nonce == nonce)
        try lab.directory.write("own-request.der", bytes)
        let text = try await lab.openssl("ocsp -reqin own-request.der -req_text -noverify").text
        #expect(text.contains("Serial Number: D122"))
        #expect(throws: FormatError.self) { try OCSPRequest(der: OCSPRequest.encode([])) }
        #expect(throws: FormatError.self) { try OCSPRequest(der: OCSPRequest.encode([id], nonce: [])) }
        #expect(throws: FormatError.self) { try OCSPRequest(der: OCSPRequest.encode([id], nonce: [UInt8](repeating: 0, count: 131))) }
        #expect(throws: FormatError.self) { try OCSPRequest(der: OCSPRequest.encode([OCSPCertID](repeating: id, count: 33))) }
        // The limits are those of the octets inside (RFC 9654 §2.1).
        for (count, isAccepted) in [(0, false), (1, true), (128, true), (129, false)] {
            let nonce = DERBytes.octetString([UInt8](repeating: 7, count: count))
            #expect((try? OCSPRequest(der: OCSPRequest.encode([id], nonce: nonce)))?.nonce == (isAccepted ? nonce : nil))
        }
    }

    @Test("openssl verifies our answers: good, revoked, unknown", arguments: ["rsa", "p256", "p384"])
    func answers(issuer: String) async throws {
        let lab = try await Lab.shared
        let authority = try lab.certificate(issuer)
        let key = try lab.key(issuer)
        let file = "answered-\(issuer)"
        try await lab.openssl("ocsp -issuer \(issuer).pem -serial 1 -serial 2 -serial 3 -reqout \(file).req")
        let request = try OCSPRequest(der: lab.directory.read("\(file).req"))
        let statuses: [OCSPResponse.CertStatus] = [.good, .revoked(Self.now.addingTimeInterval(-60), .keyCompromise), .unknown]
        let answers = zip(request.certIDs, statuses).map {
            OCSPResponse.SingleResponse(certID: $0, status: $1, thisUpdate: Self.now, nextUpdate: Self.now.addingTimeInterval(600))
        }
        let data = OCSPResponse.responseData(
            responderKeyHash: authority.publicKey.keyIdentifier, producedAt: Self.now, responses: answers, nonce: request.nonce)
        let bytes = OCSPResponse.successful(
            responseData: data, algorithm: key.defaultAlgorithm, signature: try await key.sign(data), certificates: [authority])
        try lab.directory.write("\(file).resp", bytes)
        let result = try await lab.openssl(
            "ocsp -issuer \(issuer).pem -reqin \(file).req -respin \(file).resp -CAfile \(issuer).pem")
        #expect(result.errorText.contains("Response verify OK"))
        #expect(!result.errorText.contains("Nonce"))
        let request2 = try await lab.openssl("ocsp -respin \(file).resp -resp_text -noverify").text
        for expected in ["Cert Status: good", "Cert Status: revoked", "keyCompromise", "Cert Status: unknown"] {
            #expect(request2.contains(expected))
        }
        let response = try OCSPResponse(der: bytes)
        #expect(response.failure == nil)
        #expect(response.basic?.responses == answers)
        #expect(response.basic?.nonce == request.nonce)
        #expect(response.basic?.responderKeyHash == authority.publicKey.keyIdentifier)
        #expect(response.basic?.certificates == [authority])
        #expect(response.basic?.isSigned(by: authority.publicKey) == true)
    }

    @Test("Failures are what openssl calls them")
    func failures() async throws {
        let lab = try await Lab.shared
        let names = ["malformedrequest (1)", "internalerror (2)", "trylater (3)", "sigrequired (5)", "unauthorized (6)"]
        for (failure, name) in zip(OCSPResponse.Failure.allCases, names) {
            let bytes = OCSPResponse.failure(failure)
            #expect(try OCSPResponse(der: bytes).failure == failure)
            let file = try lab.directory.write("failure-\(failure.rawValue).resp", bytes)
            let result = try await Command.run("openssl", ["ocsp", "-respin", file, "-noverify"])
            #expect((result.text + result.errorText).contains(name))
        }
    }

    @Test("Answers of openssl's responder are read")
    func foreignAnswers() async throws {
        let lab = try await Lab.shared
        try lab.directory.write(
            "index.txt", "R\t401231235959Z\t260101000000Z,superseded\tD122\tunknown\t/CN=x\nV\t401231235959Z\t\t05\tunknown\t/CN=y\n")
        try await lab.openssl("ocsp -issuer rsa.pem -serial 0xd122 -serial 5 -serial 9 -reqout responder.req")
        try await lab.openssl(
            "ocsp -index index.txt -CA rsa.pem -rsigner rsa.pem -rkey rsa.key -reqin responder.req -respout responder.resp -ndays 1")
        let basic = try #require(try OCSPResponse(der: lab.directory.read("responder.resp")).basic)
        #expect(basic.isSigned(by: try lab.certificate("rsa").publicKey))
        #expect(
            basic.responses.map(\.status) == [.revoked(try Date("2026-01-01T00:00:00Z", strategy: .iso8601), .superseded), .good, .unknown])
        #expect(basic.nonce == (try OCSPRequest(der: lab.directory.read("responder.req")).nonce))
    }
}
