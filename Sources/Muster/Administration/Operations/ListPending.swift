import EnrollmentCore
import Foundation

/// Requests that wait for people to decide.
struct ListPending: AdminOperation {
    struct Request: Codable, Sendable {
        let id: String
        let state: String
        let createdAt: Date
        let expiresAt: Date
        let endpoint: String
        let principal: String
        let subject: String
        let names: String
        let template: String
        let reason: String
        let approvals: [String]
        let comment: String?
    }

    struct Reply: Codable, Sendable {
        let requests: [Request]
    }

    let includesDecided: Bool

    func perform(in administration: Administration) async throws -> Reply {
        let held = try await administration.core.approvals.list(includingDecided: includesDecided)
        return Reply(
            requests: held.map {
                Request(
                    id: $0.id.description, state: $0.state.rawValue, createdAt: $0.createdAt, expiresAt: $0.expiresAt,
                    endpoint: $0.endpoint,
                    principal: $0.principal, subject: $0.certificationRequest.subject.description,
                    names: $0.certificationRequest.subjectAlternativeNames.map(\.description).joined(separator: ", "),
                    template: $0.template,
                    reason: $0.reason, approvals: $0.approvals, comment: $0.comment)
            })
    }
}
