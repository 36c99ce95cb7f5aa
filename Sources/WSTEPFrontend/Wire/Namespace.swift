/// The namespaces of the two services, and the words built on them.
package enum Namespace {
    package static let soap = "http://www.w3.org/2003/05/soap-envelope"
    package static let soap11 = "http://schemas.xmlsoap.org/soap/envelope/"
    package static let addressing = "http://www.w3.org/2005/08/addressing"
    package static let instance = "http://www.w3.org/2001/XMLSchema-instance"
    package static let xml = "http://www.w3.org/XML/1998/namespace"
    package static let policy = "http://schemas.microsoft.com/windows/pki/2009/01/enrollmentpolicy"
    package static let trust = "http://docs.oasis-open.org/ws-sx/ws-trust/200512"
    package static let enrollment = "http://schemas.microsoft.com/windows/pki/2009/01/enrollment"
    package static let security = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
    package static let securityUtility = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
    package static let authorization = "http://schemas.xmlsoap.org/ws/2006/12/authorization"
    package static let x509Profile = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0"
    package static let usernameProfile = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0"
    /// Faults that Windows Communication Foundation raises before a service is reached.
    package static let dispatcher = "http://schemas.microsoft.com/net/2005/12/windowscommunicationfoundation/dispatcher"
}
