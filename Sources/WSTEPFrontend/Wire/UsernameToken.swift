import PKIFormats

/// User name and password of a `wsse:Security` header (WS-Security UsernameToken Profile, PasswordText only).
/// Nonce and Created are read past: one client sends a digest of the password as nonce and local time as UTC, the same in two calls.
package struct UsernameToken: Sendable, Equatable {
    package let username: String
    package let password: String

    /// - Throws: a wsse fault for a missing, doubled or foreign token and for a password digest.
    package init(_ header: ParsedElement?) throws(SOAPFault) {
        guard let header else { throw SOAPFault(.sender, [.invalidSecurity], reason: "A UsernameToken is required.") }
        let timestamp = XMLName(Namespace.securityUtility, "Timestamp")
        let tokens = header.children.filter { $0.name != timestamp }
        guard let token = tokens.first else { throw SOAPFault(.sender, [.invalidSecurity], reason: "A UsernameToken is required.") }
        guard tokens.count == 1, header.children.count <= 2 else {
            throw SOAPFault(.sender, [.invalidSecurity], reason: "Exactly one UsernameToken is accepted.")
        }
        guard token.name == XMLName(Namespace.security, "UsernameToken") else {
            throw SOAPFault(.sender, [.unsupportedSecurityToken], reason: "Only a UsernameToken is accepted here.")
        }
        do throws(FormatError) {
            let password = try token.requiredChild(XMLName(Namespace.security, "Password"))
            username = try token.requiredChild(XMLName(Namespace.security, "Username")).simpleText()
            self.password = try password.simpleText()
            guard Self.isPlainText(password) else { throw FormatError("UsernameToken", "password digest") }
        } catch {
            throw SOAPFault(.sender, [.unsupportedSecurityToken], reason: "A Username and a Password of type PasswordText are required.")
        }
        guard (1...256).contains(username.utf8.count), (1...1024).contains(self.password.utf8.count) else {
            throw SOAPFault(.sender, [.failedAuthentication], reason: "The user name or password is not accepted.")
        }
    }

    /// The type may be absent, unqualified, or (cepces, Windows MDM) in the wsse namespace.
    private static func isPlainText(_ password: ParsedElement) -> Bool {
        let types = [XMLName("", "Type"), XMLName(Namespace.security, "Type")].compactMap { password.attributes[$0] }
        return types.allSatisfy { $0.trimmingXMLSpace == Namespace.usernameProfile + "#PasswordText" }
    }
}
