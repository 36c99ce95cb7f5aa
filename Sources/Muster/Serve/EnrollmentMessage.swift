/// A message to the Windows services, as the printed commands send it: a UsernameToken in the header, something around the body's gap.
struct EnrollmentMessage {
    private static let security = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
    private static let tokens = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0"
    private static let trust = "http://docs.oasis-open.org/ws-sx/ws-trust/200512"
    private static let enrollment = "http://schemas.microsoft.com/windows/pki/2009/01/enrollment"
    private static let policy = "http://schemas.microsoft.com/windows/pki/2009/01/enrollmentpolicy"

    /// What stands before the gap.
    let head: String
    /// What stands behind it.
    let tail: String

    private init(action: String, url: String, login: LabCredentials.Login, before: String, after: String = "") {
        head = [
            "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" xmlns:a=\"http://www.w3.org/2005/08/addressing\"><s:Header>",
            "<a:Action s:mustUnderstand=\"1\">\(action)</a:Action>",
            "<a:MessageID>urn:uuid:00000000-0000-0000-0000-000000000001</a:MessageID><a:To s:mustUnderstand=\"1\">\(url)</a:To>",
            "<o:Security xmlns:o=\"\(Self.security)\" s:mustUnderstand=\"1\"><o:UsernameToken><o:Username>\(login.username)</o:Username>",
            "<o:Password>\(login.password)</o:Password></o:UsernameToken></o:Security></s:Header><s:Body>", before,
        ].joined()
        tail = after + "</s:Body></s:Envelope>"
    }

    /// A RequestSecurityToken (MS-WSTEP 3.1.4.1) around the base64 of a PKCS #10 request.
    static func request(url: String, login: LabCredentials.Login) -> EnrollmentMessage {
        EnrollmentMessage(
            action: "\(enrollment)/RST/wstep", url: url, login: login,
            before: [
                "<RequestSecurityToken xmlns=\"\(trust)\"><TokenType>\(tokens)#X509v3</TokenType>",
                "<RequestType>\(trust)/Issue</RequestType>",
                "<o:BinarySecurityToken xmlns:o=\"\(security)\" ValueType=\"\(enrollment)#PKCS10\" ",
                "EncodingType=\"\(security)#base64binary\">",
            ].joined(), after: "</o:BinarySecurityToken></RequestSecurityToken>")
    }

    /// A GetPolicies (MS-XCEP 3.1.4.1); nothing belongs into its gap.
    static func policies(url: String, login: LabCredentials.Login) -> EnrollmentMessage {
        EnrollmentMessage(
            action: "\(policy)/IPolicy/GetPolicies", url: url, login: login,
            before: [
                "<GetPolicies xmlns=\"\(policy)\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">",
                "<client><lastUpdate xsi:nil=\"true\"/><preferredLanguage xsi:nil=\"true\"/></client><requestFilter xsi:nil=\"true\"/></GetPolicies>",
            ].joined())
    }
}
