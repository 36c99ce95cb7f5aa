import EnrollmentCore
import Foundation
import PKIFormats
import SigningKeys
import TestSupport
import Testing

@Suite struct ESTRenewalTests {
    private static let reenroll = "/.well-known/est/simplereenroll"

    @Test("simplereenroll with the certificate gives a new one for a new key, without a password")
    func renewal() async throws {
        let door = try await ESTDoor()
        let old = try await door.enroll(SoftwareKey.generate(.p256), "a.test", [.dns("a.test"), .dns("b.test")])
        let key = try SoftwareKey.generate(.p384)
        // The order of the names means nothing.
        let body = try await door.body(key, "a.test", [.dns("b.test"), .dns("a.test")])
        let answer = try await door.post(Self.reenroll, body, headers: [:], clientCertificates: [old])
        #expect(answer.status == 200, "\(answer.body)")
        let new = try #require(try answer.certificates.first)
        #expect(new.publicKey == key.publicKey)
        #expect(Set(new.subjectAlternativeNames) == Set(old.subjectAlternativeNames))
        #expect(new.subject == old.subject)
        #expect(new.serialNumber != old.serialNumber)
    }

    @Test("A client that repeats its first request, without alternative names or without a common name, is renewed")
    func repeatedRequest() async throws {
        let door = try await ESTDoor()
        let byCommonName = try await door.enroll(SoftwareKey.generate(.p256), "a.test")
        let first = try await door.post(
            Self.reenroll, door.body(SoftwareKey.generate(.p256), "a.test"), headers: [:], clientCertificates: [byCommonName])
        #expect(first.status == 200, "\(first.body)")
        let byAlternativeName = try await door.enroll(SoftwareKey.generate(.p256), nil, [.dns("b.test")])
        let second = try await door.post(
            Self.reenroll, door.body(SoftwareKey.generate(.p256), nil, [.dns("b.test")]), headers: [:],
            clientCertificates: [byAlternativeName])
        #expect(second.status == 200, "\(second.body)")
    }

    @Test("Other names than the certificate's are 403, fewer ones too")
    func otherNames() async throws {
        let door = try await ESTDoor()
        let key = try SoftwareKey.generate(.p256)
        let old = try await door.enroll(key, "a.test", [.dns("a.test"), .dns("b.test")])
        let requests: [(String?, [GeneralName])] = [
            ("c.test", [.dns("a.test"), .dns("b.test")]), ("a.test", [.dns("a.test")]), ("a.test", []), (nil, []),
            ("a.test", [.dns("a.test"), .dns("b.test"), .dns("c.test")]), ("a.test", [.dns("a.test"), .dns("a.test")]),
        ]
        for (name, names) in requests {
            let answer = try await door.post(Self.reenroll, door.body(key, name, names), headers: [:], clientCertificates: [old])
            #expect(answer.status == 403, "\(name ?? "-") \(names)")
        }
        #expect(try await door.refusals(.notAuthorized) == requests.count)
    }

    @Test("Without a client certificate a password does not renew")
    func passwordOnly() async throws {
        let door = try await ESTDoor()
        let answer = try await door.post(Self.reenroll, door.body(SoftwareKey.generate(.p256), "a.test"))
        #expect(answer.status == 403)
    }

    @Test("simpleenroll takes the certificate as a credential for its own names only")
    func enrollByCertificate() async throws {
        let door = try await ESTDoor()
        let old = try await door.enroll(SoftwareKey.generate(.p256), "a.test")
        let path = "/.well-known/est/simpleenroll"
        let key = try SoftwareKey.generate(.p256)
        #expect(try await door.post(path, door.body(key, "a.test"), headers: [:], clientCertificates: [old]).status == 200)
        #expect(try await door.post(path, door.body(key, "b.test"), headers: [:], clientCertificates: [old]).status == 403)
    }

    @Test("A password beside a foreign certificate is enough for simpleenroll")
    func passwordBesideCertificate() async throws {
        let door = try await ESTDoor()
        let foreign = try await TestCA.found()
        let certificate = try #require(foreign.issuing.identity.certificate)
        let body = try await door.body(SoftwareKey.generate(.p256), "a.test")
        let path = "/.well-known/est/simpleenroll"
        #expect(try await door.post(path, body, headers: [:], clientCertificates: [certificate]).status == 401)
        #expect(try await door.post(path, body, clientCertificates: [certificate]).status == 200)
    }

    @Test("Revoked, expired and foreign certificates renew nothing")
    func badCertificates() async throws {
        let door = try await ESTDoor()
        let key = try SoftwareKey.generate(.p256)
        let other = try await ESTDoor()
        let foreign = try await other.enroll(SoftwareKey.generate(.p256), "a.test")
        #expect(try await door.post(Self.reenroll, door.body(key, "a.test"), headers: [:], clientCertificates: [foreign]).status == 403)
        #expect(try await door.refusals(.badCredential) == 1)

        let revoked = try await door.enroll(SoftwareKey.generate(.p256), "b.test")
        _ = try await door.ca.services.revocation.revoke(
            RevocationRequest(
                id: RequestID(in: door.ca.surroundings),
                arrival: Arrival(
                    endpoint: DefaultEndpoints.operator, binding: "default", operation: "revoke", instant: door.ca.surroundings.now),
                credentials: [OperatorCredential(userID: 0, vouchesFor: [])], target: .certificate(revoked), reason: .keyCompromise))
        #expect(try await door.post(Self.reenroll, door.body(key, "b.test"), headers: [:], clientCertificates: [revoked]).status == 403)

        let expired = try await door.enroll(SoftwareKey.generate(.p256), "c.test")
        door.ca.clock.advance(by: 366 * 86_400)
        #expect(try await door.post(Self.reenroll, door.body(key, "c.test"), headers: [:], clientCertificates: [expired]).status == 403)
    }

    @Test("A certificate of one label renews nothing at another")
    func otherLabel() async throws {
        let door = try await ESTDoor()
        let old = try await door.enroll(SoftwareKey.generate(.p256), "a.test")
        let answer = try await door.post(
            "/.well-known/est/held/simplereenroll", door.body(SoftwareKey.generate(.p256), "a.test"), headers: [:],
            clientCertificates: [old])
        #expect(answer.status == 403)
    }
}
