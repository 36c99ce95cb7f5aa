import EnrollmentCore
import Foundation
import Testing
import WSTEPWire

@testable import WSTEPFrontend

@Suite struct HostileMessageTests {
    private let message = SOAPSamples.envelope(
        action: SOAPSamples.getPoliciesAction, header: SOAPSamples.securityHeader(username: "alice", password: Door.password),
        body: SOAPSamples.getPoliciesBody)

    @Test func `whatever is no message gets a SOAP fault with status 500 and a line in the trail`() async throws {
        let door = try await Door()
        let bomb =
            "<!DOCTYPE s:Envelope [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]>"
            + message.replacing(">alice<", with: ">&b;<")
        let bodies = [
            "", "garbage", "<a/>", "{\"json\": true}", String(message.dropLast(40)), "<!DOCTYPE x>" + message, bomb,
            String(repeating: "<a>", count: 300) + String(repeating: "</a>", count: 300),
        ]
        for body in bodies {
            let reply = try await door.send(.post, path: door.path(.policy), body: body)
            #expect(reply.status == 500)
            #expect(try reply.fault == ["s:Sender"])
        }
        let rows = try await door.ca.services.search.transactions(.init(limit: 100)).filter { $0.code == "malformed" }
        #expect(rows.count == bodies.count)
    }

    @Test func `another media type gets VersionMismatch`() async throws {
        let door = try await Door()
        let reply = try await door.send(.post, path: door.path(.policy), body: message, contentType: "text/xml")
        #expect(try reply.fault == ["s:VersionMismatch"])
    }

    @Test func `doubled headers and bodies are refused whoever sends them`() async throws {
        let door = try await Door()
        let security = SOAPSamples.securityHeader(username: "alice", password: Door.password)
        let other = SOAPSamples.securityHeader(username: "mallory", password: Door.password)
        let body = String(message.suffix(from: try #require(message.range(of: "<s:Body")).lowerBound)).replacing("</s:Envelope>", with: "")
        let twoBodies = message.replacing("</s:Envelope>", with: body + "</s:Envelope>")
        let wrapped = message.replacing("</s:Body>", with: "</s:Body><wrapper>" + body + "</wrapper>")
        let cases: [(String, [String])] = [
            (message.replacing(security, with: security + other), ["s:Sender", "wsse:InvalidSecurity"]),
            (twoBodies, ["s:Sender"]), (wrapped, ["s:Sender"]),
            (
                message.replacing("<a:MessageID>", with: "<a:Action>urn:x</a:Action><a:MessageID>"),
                ["s:Sender", "a:InvalidAddressingHeader", "a:InvalidCardinality"]
            ),
        ]
        for (text, fault) in cases {
            #expect(text != message)
            #expect(try await door.send(.post, path: door.path(.policy), body: text).fault == fault)
        }
    }

    @Test func `an oversized message is not read`() async throws {
        let door = try await Door()
        let big = message.replacing("<a:MessageID>", with: "<!--" + String(repeating: "x", count: 262_144) + "--><a:MessageID>")
        #expect(try await door.send(.post, path: door.path(.policy), body: big).status == 413)
    }

    @Test func `messages with a few octets changed are decoded or refused, and nothing else`() {
        let whole = Array(
            SOAPSamples.envelope(action: SOAPSamples.requestAction, body: SOAPSamples.issueBody(token: "MIIBUjCBvAIBADAA")).utf8)
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        for _ in 0..<3000 {
            var bytes = whole
            for _ in 0...next(4) {
                switch next(3) {
                case 0: bytes[next(bytes.count)] = UInt8(next(256))
                case 1: bytes.remove(at: next(bytes.count))
                default: bytes.insert(contentsOf: bytes[next(bytes.count)...].prefix(next(40)), at: next(bytes.count))
                }
            }
            var decoder = WSTEPRequestDecoder()
            do throws(WSTEPRejection) {
                _ = try decoder.decode(bytes, contentType: nil, service: .enrollment)
            } catch {
                #expect(!error.fault.reason.isEmpty)
            }
        }
    }

    @Test func `paths are known in any letter case, and others are not found`() async throws {
        let door = try await Door()
        for path in [
            "/adpolicyprovider_cep_usernamepassword/service.svc/CEP", "/ADPolicyProvider_CEP_UsernamePassword/service.svc",
            "/TEST-CA-MORE_CES_USERNAMEPASSWORD/service.svc/ces",
        ] {
            let reply = try await door.send(.get, path: path)
            #expect(reply.status == 200)
            #expect(reply.contentType == "text/plain; charset=utf-8")
        }
        for path in ["/ADPolicyProvider_CEP_Kerberos/service.svc/CEP", "/Other_CES_UsernamePassword/service.svc/CES", "/x/service.svc/CEP"]
        {
            #expect(try await door.send(.get, path: path).status == 404)
            #expect(try await door.send(.post, path: path, body: message).status == 404)
        }
        let unknown = try await door.send(.post, path: "/nowhere_CEP_UsernamePassword/service.svc/CEP", body: message)
        #expect(try unknown.fault == ["s:Sender", "a:DestinationUnreachable"])
    }

    @Test func `every refusal has its fault, and the policy service never sends an enrollment detail`() {
        for code in Refusal.Code.allCases {
            let refusal = Refusal(code, at: .check, detail: "secret detail")
            for service in WSTEPService.allCases {
                let fault = WSTEPRefusals.fault(for: refusal, service: service)
                #expect(!fault.reason.contains("secret"))
                #expect(service == .enrollment || fault.detail == nil)
            }
        }
    }
}
