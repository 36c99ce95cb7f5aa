import Foundation
import PKIFormats

/// Checks an exported log with nothing but its public key: every digest, every number, every signature.
package struct AuditVerifier: Sendable {
    /// Something that is not as the server wrote it.
    package struct Finding: Sendable, Hashable {
        /// Of the file, from 1.
        package let line: Int
        package let text: String
    }

    package struct Report: Sendable {
        package internal(set) var entries = 0
        package internal(set) var first: Int64?
        package internal(set) var last: Int64?
        /// The last number that a good checkpoint signs.
        package internal(set) var signedThrough: Int64?
        package internal(set) var checkpoints = 0
        package internal(set) var findings: [Finding] = []
        package var isIntact: Bool { findings.isEmpty }
    }

    private static let findingLimit = 100

    private let key: SubjectPublicKeyInfo
    private var report = Report()
    private var previous: AuditLine?
    private var expected: Int64?
    /// The digests of lines, for checkpoints to be compared with: a checkpoint signs a line close before it.
    private var recent: [Int64: [UInt8]] = [:]
    private var endsWithCheckpoint = false
    /// The first line, where the log does not begin with entry 1: an entry about its pruning must tell what stood before.
    private var beginning: (line: AuditLine, number: Int64, position: Int)?
    private var pruned: [Int64: [UInt8]] = [:]

    private init(_ key: SubjectPublicKeyInfo) { self.key = key }

    /// - Parameter lines: of the file, without its head line.
    /// - Parameter firstLine: the file's number of the first of them.
    package static func verify(
        _ lines: some Sequence<some StringProtocol>, key: SubjectPublicKeyInfo, firstLine: Int = 1
    ) -> Report {
        var verifier = AuditVerifier(key)
        var position = firstLine
        for text in lines {
            verifier.examine(text, at: position)
            position += 1
        }
        verifier.finish(at: position - 1)
        return verifier.report
    }

    private mutating func find(_ line: Int, _ text: String) {
        if report.findings.count < Self.findingLimit { report.findings.append(Finding(line: line, text: text)) }
    }

    private mutating func examine(_ text: some StringProtocol, at position: Int) {
        endsWithCheckpoint = false
        guard let line = AuditLine(text), let members = AuditMembers(line.json) else {
            expected = expected.map { $0 + 1 }
            return find(position, "this is no line of an audit log: it was changed")
        }
        report.entries += 1
        report.first = report.first ?? members.n
        examine(line, members, at: position)
        report.last = max(report.last ?? 0, members.n)
        previous = line
        expected = members.n + 1
        recent[members.n] = line.digest
        if recent.count > 20_000 { recent = recent.filter { $0.key > members.n - 10_000 } }
    }

    private mutating func examine(_ line: AuditLine, _ members: AuditMembers, at position: Int) {
        switch expected {
        case nil:
            if members.n != 1 {
                beginning = (line, members.n, position)
            } else if !line.follows(AuditLine.origin) {
                find(position, "entry 1 was changed")
            }
        case let number? where members.n > number:
            find(position, "entries \(number) to \(members.n - 1) are missing before this line: removed, or moved elsewhere")
        case let number? where members.n < number:
            find(position, "entry \(members.n) stands after entry \(number - 1): moved or repeated")
        case .some:
            if let previous, !line.follows(previous.digest) { find(position, "entry \(members.n) was changed, or the one before it") }
        }
        if let checkpoint = AuditCheckpoint(members) { examine(checkpoint, members, at: position) }
        if members.event == AuditEntry.Event.pruned.rawValue, members.what == "audit", let number = members.through.flatMap(Int64.init) {
            pruned[number] = members.digest.flatMap([UInt8].init(hex:))
        }
    }

    private mutating func examine(_ checkpoint: AuditCheckpoint, _ members: AuditMembers, at position: Int) {
        guard checkpoint.isSigned(by: key), checkpoint.tail.number < members.n else {
            return find(position, "the signature of checkpoint \(members.n) is not the audit key's")
        }
        if let digest = recent[checkpoint.tail.number], digest != checkpoint.tail.digest {
            return find(
                position, "what checkpoint \(members.n) signs is not what stands in entry \(checkpoint.tail.number): rewritten before it")
        }
        report.checkpoints += 1
        report.signedThrough = checkpoint.tail.number
        endsWithCheckpoint = true
    }

    private mutating func finish(at position: Int) {
        if report.entries == 0 { return find(position, "the log is empty") }
        if let beginning {
            switch pruned[beginning.number - 1] {
            case nil:
                find(
                    beginning.position,
                    "the log begins with entry \(beginning.number), and no entry tells of pruning: its beginning was removed")
            case .some(let digest) where !beginning.line.follows(digest):
                find(beginning.position, "entry \(beginning.number) was changed")
            case .some: break
            }
        }
        if !endsWithCheckpoint {
            let signed = report.signedThrough.map { "the last one signs entries up to \($0)" } ?? "there is none"
            find(position, "the log does not end with a checkpoint, as every export does: its end was cut off (\(signed))")
        }
        report.findings.sort { $0.line < $1.line }
    }
}
