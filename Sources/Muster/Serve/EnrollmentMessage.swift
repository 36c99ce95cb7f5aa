/// A RequestSecurityToken message (MS-WSTEP 3.1.4.1) around the base64 of a PKCS #10 request.
struct EnrollmentMessage {
    private static let security = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
    private static let tokens = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0"
    private static let trust = "http://docs.oasis-open.org/ws-sx/ws-trust/200512"
    private static let enrollment = "http://schemas.microsoft.com/windows/pki/2009/01/enrollment"

    let url: String
    let login: LabCredentials.Login

    /// What stands before the request.
    var head: String {
        [
            "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" xmlns:a=\"http://www.w3.org/2005/08/addressing\"><s:Header>",
            "<a:Action s:mustUnderstand=\"1\">\(Self.enrollment)/RST/wstep</a:Action>",
            "<a:MessageID>urn:uuid:00000000-0000-0000-0000-000000000001</a:MessageID><a:To s:mustUnderstand=\"1\">\(url)</a:To>",
            "<o:Security xmlns:o=\"\(Self.security)\" s:mustUnderstand=\"1\"><o:UsernameToken><o:Username>\(login.username)</o:Username>",
            "<o:Password>\(login.password)</o:Password></o:UsernameToken></o:Security></s:Header><s:Body>",
            "<RequestSecurityToken xmlns=\"\(Self.trust)\"><TokenType>\(Self.tokens)#X509v3</TokenType>",
            "<RequestType>\(Self.trust)/Issue</RequestType>",
            "<o:BinarySecurityToken xmlns:o=\"\(Self.security)\" ValueType=\"\(Self.enrollment)#PKCS10\" ",
            "EncodingType=\"\(Self.security)#base64binary\">",
        ].joined()
    }

    /// What stands behind it.
    var tail: String { "</o:BinarySecurityToken></RequestSecurityToken></s:Body></s:Envelope>" }
}
