import Foundation
import PKIFormats
import TestSupport
import Testing
import WSTEPWire

@testable import WSTEPFrontend

/// Messages and requests as real clients made them (Tests/Fixtures/README.md).
@Suite struct RecordedMessageTests {
    private func fixture(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: Repository.file("Tests/Fixtures/" + path))))
    }

    @Test func `zeep's question for the policies is understood`() throws {
        var decoder = WSTEPRequestDecoder()
        let request = try decoder.decode(fixture("wstep/zeep-get-policies.xml"), contentType: nil, service: .policy)
        #expect(request.credential.username == "device")
        #expect(decoder.messageID?.hasPrefix("urn:uuid:") == true)
        guard case .getPolicies(let question) = request.operation else {
            Issue.record("not GetPolicies")
            return
        }
        #expect(question.policyOIDs.isEmpty)
    }

    @Test func `zeep's request for a certificate is understood`() throws {
        var decoder = WSTEPRequestDecoder()
        let request = try decoder.decode(fixture("wstep/zeep-issue.xml"), contentType: nil, service: .enrollment)
        guard case .issue(let csr, let templateNames) = request.operation else {
            Issue.record("not Issue")
            return
        }
        #expect(csr.isSelfSignatureValid)
        #expect(csr.subjectAlternativeNames == [.dns("pc1.test")])
        #expect(templateNames == ["windows-computer"])
    }

    @Test(arguments: ["cmc-new", "cmc-renewal"])
    func `a CMC request of Windows is told that only PKCS #10 is served`(name: String) throws {
        let token = Data(try fixture("windows-cmc/\(name).der")).base64EncodedString()
        let message = SOAPSamples.envelope(action: SOAPSamples.requestAction, body: SOAPSamples.issueBody(token: token))
        var decoder = WSTEPRequestDecoder()
        do throws(WSTEPRejection) {
            _ = try decoder.decode(Array(message.utf8), contentType: nil, service: .enrollment)
            Issue.record("not refused")
        } catch {
            #expect(error.fault.detail?.errorCode == .invalidMessageType)
            #expect(error.refusal.code == .unsupportedOperation)
        }
    }
}
