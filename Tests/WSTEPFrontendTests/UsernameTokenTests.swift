import PKIFormats
import Testing

@testable import WSTEPWire

@Suite struct UsernameTokenTests {
    private func token(_ text: String) throws -> UsernameToken {
        let wrapped = "<w xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\">\(text)</w>"
        return try UsernameToken(XMLDocumentParser.parse(Array(wrapped.utf8)).children.first)
    }

    private func subcodes(_ text: String) -> [SOAPFault.Subcode] {
        do {
            _ = try token(text)
            return []
        } catch {
            return (error as? SOAPFault)?.subcodes ?? []
        }
    }

    @Test func `name and password are read beside a timestamp`() throws {
        let token = try token(SOAPSamples.security)
        #expect(token.username == "alice")
        #expect(token.password == "secret")
    }

    @Test func `the password type may be absent or in the wsse namespace`() throws {
        let type = " Type=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText\""
        #expect(try token(SOAPSamples.security.replacing(type, with: "")).password == "secret")
        #expect(try token(SOAPSamples.security.replacing(" Type=", with: " wsse:Type=")).password == "secret")
    }

    @Test func `a digest is refused`() {
        #expect(subcodes(SOAPSamples.security.replacing("#PasswordText", with: "#PasswordDigest")) == [.unsupportedSecurityToken])
    }

    @Test func `a missing, doubled or foreign token is refused`() {
        let start = SOAPSamples.security.range(of: "<wsse:UsernameToken")
        let end = SOAPSamples.security.range(of: "</wsse:UsernameToken>")
        guard let start, let end else { return }
        let token = String(SOAPSamples.security[start.lowerBound..<end.upperBound])
        #expect(throws: SOAPFault.self) { try UsernameToken(nil) }
        #expect(subcodes(SOAPSamples.security.replacing(token, with: "")) == [.invalidSecurity])
        #expect(subcodes(SOAPSamples.security.replacing(token, with: token + token)) == [.invalidSecurity])
        #expect(subcodes(SOAPSamples.security.replacing(token, with: token + "<x/>")) == [.invalidSecurity])
        #expect(
            subcodes(SOAPSamples.security.replacing("wsse:UsernameToken", with: "wsse:BinarySecurityToken")) == [.unsupportedSecurityToken])
    }

    @Test func `two passwords, none, and markup in one are refused`() {
        let password = "<wsse:Password>x</wsse:Password>"
        #expect(
            subcodes(SOAPSamples.security.replacing("</wsse:UsernameToken>", with: password + "</wsse:UsernameToken>")) == [
                .unsupportedSecurityToken
            ])
        #expect(subcodes(SOAPSamples.security.replacing("wsse:Password", with: "wsse:Pass")) == [.unsupportedSecurityToken])
        #expect(subcodes(SOAPSamples.security.replacing(">secret<", with: "><b/><")) == [.unsupportedSecurityToken])
        #expect(subcodes(SOAPSamples.security.replacing(">alice<", with: "><")) == [.failedAuthentication])
    }
}
