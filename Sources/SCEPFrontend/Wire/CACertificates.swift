import PKIFormats

/// The answer to GetCACert (RFC 8894 §4.2): the certificates in the order in which clients look for the first that fits.
package struct CACertificates: Sendable {
    /// RA certificates, issuing CA, intermediate CAs, root.
    package let certificates: [Certificate]

    package init(_ certificates: [Certificate]) { self.certificates = certificates }

    /// Without parameters: Apple's client compares the exact string.
    package var contentType: String {
        certificates.count == 1 ? "application/x-x509-ca-cert" : "application/x-x509-ca-ra-cert"
    }

    /// One certificate bare; several as degenerate SignedData in the given order, eContent absent.
    package var body: [UInt8] {
        if let only = certificates.first, certificates.count == 1 { return only.der }
        return CMSSignedData.degenerate(certificates: certificates)
    }
}
