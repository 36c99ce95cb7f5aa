import EnrollmentCore
import Foundation
import PKIFormats

/// What the service is answered, as JSON.
struct RevocationReply: Encodable, Sendable {
    struct Revoked: Encodable, Sendable {
        /// Lower-case hex without a sign octet.
        let serial: String
        let subject: String
    }

    private struct Failure: Encodable {
        let error: String
        let code: String
    }

    let revoked: [Revoked]

    var body: [UInt8] { Self.encode(self) }

    static func body(of refusal: Refusal) -> [UInt8] { encode(Failure(error: refusal.publicText, code: refusal.code.rawValue)) }

    /// Does what the message asks for.
    init(
        of message: [UInt8], credentials: [RevokerCredential], arrival: Arrival, _ desk: RevocationDesk, _ transactions: TransactionLog,
        _ surroundings: Surroundings
    ) async throws(Refusal) {
        let wish: RevocationRequestDecoder.Wish
        do {
            wish = try RevocationRequestDecoder.decode(message)
        } catch {
            await transactions.refuse(error, arrival: arrival)
            throw error
        }
        func revoke(_ target: RevocationRequest.Target, _ reason: RevocationReason) async throws(Refusal) -> [IssuanceRecord] {
            try await desk.revokeAll(
                RevocationRequest(
                    id: RequestID(in: surroundings), arrival: arrival, credentials: credentials, target: target, reason: reason))
        }
        switch wish {
        case .nothing: revoked = []
        case .revoke(let target, let reason): revoked = try await revoke(target, reason).map(Self.revoked)
        case .deviceLeft(let names, let reason):
            do throws(Refusal) {
                revoked = try await revoke(.holder(names), reason).map(Self.revoked)
            } catch {
                // A webhook that fails is sent again: a device without a certificate is no failure.
                guard error.code == .notFound else { throw error }
                revoked = []
            }
        }
    }

    private static func revoked(_ record: IssuanceRecord) -> Revoked {
        Revoked(serial: SerialNumber.hex(record.serialNumber), subject: record.subject)
    }

    private static func encode(_ value: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array((try? encoder.encode(value)) ?? Data("{}".utf8)) + [UInt8(ascii: "\n")]
    }
}
