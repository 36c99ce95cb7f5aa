import ESTWire
import EnrollmentCore
import Testing

@testable import ESTFrontend

@Suite struct ESTRefusalsTests {
    @Test("Every refusal has an HTTP error status and one line of text", arguments: Refusal.Code.allCases)
    func everyCode(_ code: Refusal.Code) {
        for operation in [ESTOperation.enroll, .reenroll, nil] {
            let reply = ESTRefusals.reply(Refusal(code, at: .check, detail: "secret detail"), operation: operation)
            #expect((400...503).contains(reply.status))
            #expect(reply.contentType == "text/plain; charset=utf-8")
            #expect(reply.body.hasPrefix(code.publicText))
            #expect(!reply.body.contains("secret detail"))
            #expect(reply.asksForPassword == (reply.status == 401))
            #expect((reply.retryAfter != nil) == [429, 503].contains(reply.status))
        }
    }
}
