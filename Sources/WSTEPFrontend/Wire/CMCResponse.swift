import Foundation
import PKIFormats

/// The CMC full response (RFC 5272 §3.2.2, MS-WCCE 2.2.2.8) that Windows reads beside the plain certificate: the outcome, and which of the
/// certificates is the new one. It carries no signature: a CA key signs typed values of its own only, and TLS protects the reply.
package struct CMCResponse: Sendable {
    /// The CMC status that the response states.
    package enum Status: Sendable, Equatable {
        case success
        /// The request's number and the instant it was taken in.
        case pending(requestID: UInt32, received: Date)
    }

    private static let statusInfo: OID = [1, 3, 6, 1, 5, 5, 7, 7, 1]
    private static let pkiResponse: OID = [1, 3, 6, 1, 5, 5, 7, 12, 3]
    private static let addAttributes: OID = [1, 3, 6, 1, 4, 1, 311, 10, 10, 1]
    private static let issuedCertificateHash: OID = [1, 3, 6, 1, 4, 1, 311, 21, 17]

    package let status: Status
    /// The same words as `DispositionMessage`.
    package let message: String
    /// DER, the new certificate first, then its chain.
    package let certificates: [[UInt8]]

    package init(status: Status, message: String, certificates: [[UInt8]]) {
        self.status = status
        self.message = message
        self.certificates = certificates
    }

    /// A DER ContentInfo.
    package func encoded() -> [UInt8] {
        let body = DERBytes.sequence(
            DERBytes.sequence(of: controls), DERBytes.sequence(), DERBytes.sequence())
        var signedData = [
            DERBytes.integer(3), DERBytes.set(of: []),
            DERBytes.sequence(DERBytes.oid(Self.pkiResponse), DERBytes.explicit(0, DERBytes.octetString(body))),
        ]
        if !certificates.isEmpty { signedData.append(DERBytes.set(of: certificates, tag: 0xA0)) }
        signedData.append(DERBytes.set(of: []))
        return DERBytes.sequence(DERBytes.oid(OIDs.signedData), DERBytes.explicit(0, DERBytes.sequence(of: signedData)))
    }

    private static let requestBodyPart = DERBytes.sequence(DERBytes.integer(1))

    private var controls: [[UInt8]] {
        switch status {
        case .success:
            let status = DERBytes.sequence(DERBytes.integer(0), Self.requestBodyPart, DERBytes.utf8String(message))
            var controls = [Self.control(1, Self.statusInfo, status)]
            if let certificate = certificates.first {
                let hash = HashAlgorithm.sha1.digest(certificate)
                let attribute = DERBytes.sequence(
                    DERBytes.oid(Self.issuedCertificateHash), DERBytes.set(of: [DERBytes.octetString(hash)]))
                let value = DERBytes.sequence(DERBytes.integer(0), Self.requestBodyPart, DERBytes.set(of: [attribute]))
                controls.append(Self.control(2, Self.addAttributes, value))
            }
            return controls
        case .pending(let requestID, let received):
            let token = DERBytes.sequence(
                DERBytes.octetString(Array(String(requestID).utf8)), DERBytes.generalizedTime(received))
            let status = DERBytes.sequence(DERBytes.integer(3), Self.requestBodyPart, DERBytes.utf8String(message), token)
            return [Self.control(1, Self.statusInfo, status)]
        }
    }

    private static func control(_ number: Int, _ type: OID, _ value: [UInt8]) -> [UInt8] {
        DERBytes.sequence(DERBytes.integer(number), DERBytes.oid(type), DERBytes.set(of: [value]))
    }
}
