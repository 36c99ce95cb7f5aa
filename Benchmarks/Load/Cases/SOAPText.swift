/// The messages of a Windows client, with a new message id each.
struct SOAPText: Sendable {
    let to: String
    let user: String
    let password: String

    private static let security = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
    private static let tokens = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0"
    private static let enrollment = "http://schemas.microsoft.com/windows/pki/2009/01/enrollment"

    func getPolicies(_ index: Int) -> String {
        envelope(
            action: "\(Self.enrollment)policy/IPolicy/GetPolicies", index,
            """
            <GetPolicies xmlns="\(Self.enrollment)policy"><client><lastUpdate xsi:nil="true"/>\
            <preferredLanguage xsi:nil="true"/></client><requestFilter xsi:nil="true"/></GetPolicies>
            """)
    }

    /// - Parameter token: the PKCS #10 request in base64.
    func issue(_ token: String, _ index: Int) -> String {
        envelope(
            action: "\(Self.enrollment)/RST/wstep", index,
            """
            <RequestSecurityToken PreferredLanguage="en-US" xmlns="http://docs.oasis-open.org/ws-sx/ws-trust/200512">\
            <TokenType>http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3</TokenType>\
            <RequestType>http://docs.oasis-open.org/ws-sx/ws-trust/200512/Issue</RequestType>\
            <BinarySecurityToken ValueType="\(Self.enrollment)#PKCS10" EncodingType="\(Self.security)#base64binary" \
            xmlns="\(Self.security)">\(token)</BinarySecurityToken>\
            <RequestID xsi:nil="true" xmlns="\(Self.enrollment)"/></RequestSecurityToken>
            """)
    }

    private func envelope(action: String, _ index: Int, _ body: String) -> String {
        """
        <s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://www.w3.org/2005/08/addressing"><s:Header>\
        <a:Action s:mustUnderstand="1">\(action)</a:Action><a:MessageID>urn:uuid:\(messageID(index))</a:MessageID>\
        <a:ReplyTo><a:Address>http://www.w3.org/2005/08/addressing/anonymous</a:Address></a:ReplyTo>\
        <a:To s:mustUnderstand="1">\(to)</a:To><wsse:Security s:mustUnderstand="1" xmlns:wsse="\(Self.security)">\
        <wsse:UsernameToken><wsse:Username>\(user)</wsse:Username>\
        <wsse:Password Type="\(Self.tokens)#PasswordText">\(password)</wsse:Password></wsse:UsernameToken></wsse:Security>\
        </s:Header><s:Body xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\(body)</s:Body></s:Envelope>
        """
    }

    private func messageID(_ index: Int) -> String {
        let digits = String(index, radix: 16)
        return "\(Device.run)-0000-4000-8000-" + String(repeating: "0", count: max(0, 12 - digits.count)) + digits
    }
}
