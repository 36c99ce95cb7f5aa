import Foundation

/// An OCSP response (RFC 6960 §4.2): writers for the responder, a reader for clients and tests.
package struct OCSPResponse: Sendable {
    /// RFC 6960 §2.2; the instant is that of revocation.
    package enum CertStatus: Sendable, Hashable {
        case good
        case revoked(Date, RevocationReason?)
        case unknown
    }

    /// The answer about one certificate.
    package struct SingleResponse: Sendable, Hashable {
        package let certID: OCSPCertID
        package let status: CertStatus
        package let thisUpdate: Date
        package let nextUpdate: Date?

        package init(certID: OCSPCertID, status: CertStatus, thisUpdate: Date, nextUpdate: Date?) {
            self.certID = certID
            self.status = status
            self.thisUpdate = thisUpdate
            self.nextUpdate = nextUpdate
        }
    }

    /// OCSPResponseStatus other than success.
    package enum Failure: Int, Sendable, CaseIterable {
        case malformedRequest = 1
        case internalError = 2
        case tryLater = 3
        case sigRequired = 5
        case unauthorized = 6
    }

    /// What a successful response carries.
    package struct Basic: Sendable {
        /// The raw ResponseData, over which the signature is.
        package let responseData: [UInt8]
        /// nil when the responder goes by its name.
        package let responderKeyHash: [UInt8]?
        package let producedAt: Date
        package let responses: [SingleResponse]
        package let nonce: [UInt8]?
        package let signatureAlgorithm: SignatureAlgorithm
        package let signature: [UInt8]
        package let certificates: [Certificate]

        package func isSigned(by key: SubjectPublicKeyInfo) -> Bool {
            key.isValidSignature(signature, over: responseData, algorithm: signatureAlgorithm)
        }
    }

    /// nil means success.
    package let failure: Failure?
    /// Present on success only.
    package let basic: Basic?

    /// The ResponseData to sign. `responderKeyHash` is SHA-1 of the responder's key bits, `nonce` the extension value of the request.
    package static func responseData(responderKeyHash: [UInt8], producedAt: Date, responses: [SingleResponse], nonce: [UInt8]?) -> [UInt8] {
        let extensions = nonce.map {
            DERBytes.explicit(1, CertificateExtension.encodeAll([CertificateExtension(oid: OIDs.ocspNonce, value: $0)]))
        }
        return DERBytes.sequence(
            DERBytes.explicit(2, DERBytes.octetString(responderKeyHash)), DERBytes.generalizedTime(producedAt),
            DERBytes.sequence(of: responses.map(\.der)), extensions ?? [])
    }

    package static func successful(
        responseData: [UInt8], algorithm: SignatureAlgorithm, signature: [UInt8], certificates: [Certificate]
    ) -> [UInt8] {
        let chain = certificates.isEmpty ? [] : DERBytes.explicit(0, DERBytes.sequence(of: certificates.map(\.der)))
        let basic = DERBytes.sequence(responseData, algorithm.algorithmIdentifier, DERBytes.bitString(signature), chain)
        return DERBytes.sequence(
            DERBytes.enumerated(0), DERBytes.explicit(0, DERBytes.sequence(OIDs.ocspBasic.der, DERBytes.octetString(basic))))
    }

    package static func failure(_ failure: Failure) -> [UInt8] { DERBytes.sequence(DERBytes.enumerated(failure.rawValue)) }
}

extension OCSPResponse.SingleResponse {
    var der: [UInt8] {
        let status: [UInt8] =
            switch status {
            case .good: DERBytes.implicit(0, [])
            case .revoked(let date, let reason):
                DERBytes.element(
                    0xA1, DERBytes.generalizedTime(date) + (reason.map { DERBytes.explicit(0, DERBytes.enumerated($0.rawValue)) } ?? []))
            case .unknown: DERBytes.implicit(2, [])
            }
        let next = nextUpdate.map { DERBytes.explicit(0, DERBytes.generalizedTime($0)) }
        return DERBytes.sequence(certID.der, status, DERBytes.generalizedTime(thisUpdate), next ?? [])
    }
}
