import Foundation

/// One `cA` of an XCEP answer: a CA and where to enroll.
package struct PolicyAuthority: Sendable, Equatable {
    /// One address of the CA's enrollment service, for user name and password.
    package struct ServiceAddress: Sendable, Equatable {
        /// Absolute, https.
        package let uri: String
        /// Lower first.
        package let priority: UInt32

        package init(uri: String, priority: UInt32) {
            self.uri = uri
            self.priority = priority
        }
    }

    /// `clientAuthentication` of MS-XCEP: 1 anonymous, 2 Kerberos, 4 user name and password, 8 certificate.
    private static let usernamePassword = 4

    package let reference: Int
    package let addresses: [ServiceAddress]
    /// The issuing CA's certificate, DER; never empty.
    package let certificate: [UInt8]

    package init(reference: Int, addresses: [ServiceAddress], certificate: [UInt8]) {
        self.reference = reference
        self.addresses = addresses
        self.certificate = certificate
    }

    func encode(into writer: inout XMLWriter) {
        writer.element("cA") { writer in
            writer.list("uris", addresses) { writer, address in
                writer.element("cAURI") { writer in
                    writer.element("clientAuthentication", text: String(Self.usernamePassword))
                    writer.element("uri", text: address.uri)
                    writer.element("priority", text: String(address.priority))
                    writer.element("renewalOnly", text: "false")
                }
            }
            writer.element("certificate", text: Data(certificate).base64EncodedString())
            writer.element("enrollPermission", text: "true")
            writer.element("cAReferenceID", text: String(reference))
        }
    }
}
