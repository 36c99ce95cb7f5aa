/// Messages as clients send them, with the parts that a test wants to change.
enum SOAPSamples {
    static let security = """
        <wsse:Security s:mustUnderstand="1" \
        xmlns:wsse="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd" \
        xmlns:wsu="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd">
        <wsu:Timestamp wsu:Id="_0"><wsu:Created>2030-01-01T10:00:00.000Z</wsu:Created></wsu:Timestamp>
        <wsse:UsernameToken wsu:Id="uuid-1-1"><wsse:Username>alice</wsse:Username>\
        <wsse:Password Type="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText">secret</wsse:Password>\
        </wsse:UsernameToken></wsse:Security>
        """

    static func securityHeader(username: String, password: String) -> String {
        security.replacing(">alice<", with: ">\(username)<").replacing(">secret<", with: ">\(password)<")
    }

    static func envelope(action: String, header: String = security, body: String) -> String {
        """
        <s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://www.w3.org/2005/08/addressing">
          <s:Header>
            <a:Action s:mustUnderstand="1">
              \(action)
            </a:Action>
            <a:MessageID>urn:uuid:11111111-2222-4333-8444-555555555501</a:MessageID>
            <a:ReplyTo><a:Address>http://www.w3.org/2005/08/addressing/anonymous</a:Address></a:ReplyTo>
            <a:To s:mustUnderstand="1">https://pki.example.test/service</a:To>
            \(header)
          </s:Header>
          <s:Body xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\(body)</s:Body>
        </s:Envelope>
        """
    }

    static let getPoliciesAction = "http://schemas.microsoft.com/windows/pki/2009/01/enrollmentpolicy/IPolicy/GetPolicies"
    static let requestAction = "http://schemas.microsoft.com/windows/pki/2009/01/enrollment/RST/wstep"

    /// As Windows asks first: no zone in the instant, everything else nil.
    static let getPoliciesBody = """
        <GetPolicies xmlns="http://schemas.microsoft.com/windows/pki/2009/01/enrollmentpolicy">
          <client><lastUpdate>0001-01-01T00:00:00</lastUpdate><preferredLanguage xsi:nil="true"/></client>
          <requestFilter xsi:nil="true"/>
        </GetPolicies>
        """

    static let filteredGetPoliciesBody = """
        <GetPolicies xmlns="http://schemas.microsoft.com/windows/pki/2009/01/enrollmentpolicy">
          <client><lastUpdate xsi:nil="true"/><preferredLanguage>de-DE</preferredLanguage></client>
          <requestFilter><policyOIDs><oid>1.3.6.1.4.1.99999.7.1.101</oid><oid> tls-server </oid></policyOIDs>
            <clientVersion>6</clientVersion><serverVersion>6</serverVersion></requestFilter>
        </GetPolicies>
        """

    /// The body of an Issue request; `context` holds ContextItem elements.
    static func issueBody(
        token: String, valueType: String = "http://schemas.microsoft.com/windows/pki/2009/01/enrollment#PKCS10", context: String = ""
    )
        -> String
    {
        """
        <RequestSecurityToken PreferredLanguage="en-US" xmlns="http://docs.oasis-open.org/ws-sx/ws-trust/200512">
          <TokenType>http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3</TokenType>
          <RequestType>http://docs.oasis-open.org/ws-sx/ws-trust/200512/Issue</RequestType>
          <BinarySecurityToken ValueType="\(valueType)"
            EncodingType="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd#base64binary"
            xmlns:wsu="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd" wsu:Id=""
            xmlns="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd">\(token)</BinarySecurityToken>
          <RequestID xsi:nil="true" xmlns="http://schemas.microsoft.com/windows/pki/2009/01/enrollment"/>
          <AdditionalContext xmlns="http://schemas.xmlsoap.org/ws/2006/12/authorization">\(context)</AdditionalContext>
        </RequestSecurityToken>
        """
    }

    /// As cepces polls: the token type first, an empty token.
    static let pollBody = """
        <RequestSecurityToken xmlns="http://docs.oasis-open.org/ws-sx/ws-trust/200512">
          <TokenType>http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3</TokenType>
          <RequestType>http://schemas.microsoft.com/windows/pki/2009/01/enrollment/QueryTokenStatus</RequestType>
          <BinarySecurityToken xmlns="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"/>
          <RequestID xmlns="http://schemas.microsoft.com/windows/pki/2009/01/enrollment">1043</RequestID>
        </RequestSecurityToken>
        """
}
