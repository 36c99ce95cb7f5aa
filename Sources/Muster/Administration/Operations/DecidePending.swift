import EnrollmentCore
import PKIFormats

/// Approves a held request, and issues its certificate when enough operators have.
struct ApprovePending: AdminOperation {
    struct Reply: Codable, Sendable {
        /// Nil while further operators must approve.
        let serial: String?
        let approvalsMissing: Int
    }

    static let needsKeys = true

    let id: String
    let comment: String?

    func perform(in administration: Administration) async throws -> Reply {
        switch try await administration.core.approvals.approve(RequestID(typed: id), by: administration.credential, comment: comment) {
        case .released(let issuance):
            return Reply(serial: SerialNumber.text(issuance.certificate.serialNumber), approvalsMissing: 0)
        case .waiting(let missing):
            return Reply(serial: nil, approvalsMissing: missing)
        }
    }
}

/// Rejects a held request for good.
struct RejectPending: AdminOperation {
    let id: String
    let comment: String?

    func perform(in administration: Administration) async throws -> Done {
        try await administration.core.approvals.reject(RequestID(typed: id), by: administration.credential, comment: comment)
        return Done()
    }
}

extension Administration {
    /// The operator, vouching for no name.
    fileprivate var credential: OperatorCredential { OperatorCredential(userID: operatorID, vouchesFor: []) }
}

extension RequestID {
    /// As lists print it.
    fileprivate init(typed text: String) throws {
        guard let id = [UInt8](hex: text).flatMap(RequestID.init(bytes:)) else {
            throw CommandFailure("'\(text)' is not the id of a request")
        }
        self = id
    }
}
