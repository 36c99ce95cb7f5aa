import EnrollmentCore
import Foundation
import PKIFormats

/// An operator's own issuance, by the same path as a device's.
struct IssueByOperator: AdminOperation {
    struct Reply: Codable, Sendable {
        let serial: String
        let transaction: String
        /// PEM.
        let certificate: String
        /// PEM, the issuing CA first, without the root.
        let chain: String
    }

    static let needsKeys = true

    /// PKCS #10, PEM or DER.
    let request: Data
    let template: String
    /// An endpoint of protocol `operator`; nil: the default one.
    let endpoint: String?
    /// What the operator vouches for; empty: the names in the request.
    let names: [String]

    func perform(in administration: Administration) async throws -> Reply {
        try checkTemplate(administration)
        let csr = try Self.decode([UInt8](request))
        let core = administration.core
        let outcome = try await core.pipeline.process(
            IssuanceRequest(
                id: RequestID(in: core.surroundings),
                arrival: administration.arrival("issue", at: endpoint ?? DefaultEndpoints.operator, exchangeID: exchangeID),
                intent: .enroll,
                credentials: [OperatorCredential(userID: administration.operatorID, vouchesFor: try patterns(for: csr))],
                proposal: Proposal(csr, templateHint: template)))
        switch outcome {
        case .released(let issuance):
            return Reply(
                serial: SerialNumber.text(issuance.certificate.serialNumber), transaction: issuance.id.description,
                certificate: issuance.certificate.pem,
                chain: issuance.chain.map(\.pem).joined())
        case .pending(let pending):
            throw CommandFailure("the request is held (\(pending.reason)); its transaction is \(pending.reference)")
        }
    }

    /// The same request under another template or for other names is another request, not a retry.
    private var exchangeID: [UInt8] { HashAlgorithm.sha256.digest(Array(([template] + names).joined(separator: "\n").utf8)) }

    /// The path would fall back to another template; an operator wants the one he named or none.
    private func checkTemplate(_ administration: Administration) throws {
        let name = endpoint ?? DefaultEndpoints.operator
        guard let door = administration.core.catalog.endpoint(named: name), door.protocolName == .operator else {
            throw CommandFailure("there is no endpoint '\(name)' of protocol operator; `muster endpoints` lists them")
        }
        let offered = door.policy.rules.flatMap(\.templates)
        guard offered.contains(template) else {
            throw CommandFailure("there is no template '\(template)'; there are \(offered.joined(separator: ", "))")
        }
    }

    static func decode(_ bytes: [UInt8]) throws -> CertificationRequest {
        do {
            if bytes.first == 0x30 { return try CertificationRequest(der: bytes) }
            return try CertificationRequest(pem: String(decoding: bytes, as: UTF8.self))
        } catch {
            throw CommandFailure("the certification request cannot be read: \(error)")
        }
    }

    private func patterns(for csr: CertificationRequest) throws -> [NamePattern] {
        guard names.isEmpty else { return try names.map { try NamePattern($0) } }
        let commonName = try csr.subject.commonName.map { [try NamePattern("=" + $0)] } ?? []
        return commonName + csr.subjectAlternativeNames.compactMap(NamePattern.exactly)
    }
}
