import Foundation
import PKIFormats
import SigningKeys

/// The end of a chain at an instant, signed with the audit key: whoever holds a copy can tell later whether the log was cut or rewritten
/// before it.
package struct AuditCheckpoint: Sendable {
    package let chain: String
    package let tail: AuditChain.Tail
    package let signature: [UInt8]

    package static func sign(_ tail: AuditChain.Tail, of chain: String, with key: any SigningKey) async throws -> AuditCheckpoint {
        AuditCheckpoint(chain: chain, tail: tail, signature: try await key.sign(message(tail, of: chain)))
    }

    private init(chain: String, tail: AuditChain.Tail, signature: [UInt8]) {
        self.chain = chain
        self.tail = tail
        self.signature = signature
    }

    init?(_ members: AuditMembers) {
        guard members.event == AuditEntry.Event.checkpoint.rawValue, let chain = members.chain,
            let number = members.through.flatMap(Int64.init),
            let digest = members.digest.flatMap([UInt8].init(hex:)), let signature = members.signature.flatMap([UInt8].init(hex:))
        else { return nil }
        self.init(chain: chain, tail: AuditChain.Tail(number: number, digest: digest), signature: signature)
    }

    func isSigned(by key: SubjectPublicKeyInfo) -> Bool {
        key.isValidSignature(signature, over: Self.message(tail, of: chain), algorithm: .ecdsaSHA256)
    }

    func entry(at instant: Date) -> AuditEntry {
        AuditEntry(
            .checkpoint, at: instant,
            ["chain": chain, "through": String(tail.number), "digest": tail.digest.hex, "signature": signature.hex])
    }

    /// What is signed; the first line keeps the signature from meaning anything else.
    private static func message(_ tail: AuditChain.Tail, of chain: String) -> [UInt8] {
        Array("muster audit checkpoint, version 1\n\(chain)\n\(tail.number)\n\(tail.digest.hex)\n".utf8)
    }
}
