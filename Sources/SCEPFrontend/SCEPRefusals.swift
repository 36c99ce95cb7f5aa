import EnrollmentCore
import SCEPWire

/// The one table from a refusal to what a SCEP client sees of it.
enum SCEPRefusals {
    enum Answer: Sendable, Equatable {
        /// HTTP 200 with a CertRep FAILURE. `otherwise` is the HTTP status where no CertRep can be formed.
        case certRep(SCEPFailInfo, hresult: Int32, otherwise: Int)
        /// No CertRep: the client shall come back, after so many seconds at most, or has the wrong URL.
        case http(Int, retryAfter: Int? = nil)
    }

    static func answer(to code: Refusal.Code) -> Answer {
        switch code {
        case .malformed: .certRep(.badMessageCheck, hresult: badSignature, otherwise: 400)
        case .badProofOfPossession: .certRep(.badMessageCheck, hresult: badSignature, otherwise: 400)
        case .unsupportedAlgorithm: .certRep(.badAlg, hresult: badAlgorithm, otherwise: 400)
        case .unsupportedOperation: .certRep(.badRequest, hresult: notSupported, otherwise: 400)
        case .unauthenticated: .certRep(.badRequest, hresult: accessDenied, otherwise: 403)
        case .badCredential: .certRep(.badRequest, hresult: accessDenied, otherwise: 403)
        case .notAuthorized: .certRep(.badRequest, hresult: accessDenied, otherwise: 403)
        case .unacceptableKey: .certRep(.badRequest, hresult: invalidArgument, otherwise: 400)
        case .unacceptableName: .certRep(.badRequest, hresult: invalidArgument, otherwise: 400)
        case .unacceptableRequest: .certRep(.badRequest, hresult: invalidArgument, otherwise: 400)
        case .notFound: .certRep(.badCertId, hresult: objectNotFound, otherwise: 404)
        case .alreadyRevoked: .certRep(.badCertId, hresult: certificateRevoked, otherwise: 400)
        case .unknownEndpoint: .http(404)
        case .endpointDisabled: .http(404)
        case .conflict: .http(503, retryAfter: 5)
        case .rateLimited: .http(503, retryAfter: 60)
        case .overloaded: .http(503, retryAfter: 2)
        case .internalFault: .http(500)
        }
    }

    /// Where HTTP alone answers.
    static func status(of code: Refusal.Code) -> Int {
        switch answer(to: code) {
        case .certRep(_, _, let status), .http(let status, _): status
        }
    }

    // HRESULTs of Windows; it shows them to its user in place of the failInfo.
    private static let badSignature = Int32(bitPattern: 0x8009_0006)
    private static let badAlgorithm = Int32(bitPattern: 0x8009_0008)
    private static let notSupported = Int32(bitPattern: 0x8007_0032)
    private static let accessDenied = Int32(bitPattern: 0x8007_0005)
    private static let invalidArgument = Int32(bitPattern: 0x8007_0057)
    private static let objectNotFound = Int32(bitPattern: 0x8009_2004)
    private static let certificateRevoked = Int32(bitPattern: 0x8009_2010)
}
