import ArgumentParser
import Crypto
import EnrollmentCore
import Foundation
import PKIFormats

/// `muster audit export|verify`
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "The log of every issuance, refusal, revocation and operator's act, which cannot be altered unseen.",
        subcommands: [Export.self, Verify.self])

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Sign the end of the audit log and write all of it to a file.",
            discussion: "`muster audit verify` checks the file anywhere, with the CA's audit-key.pem beside it.")

        @Argument(help: "The file to make; it must not exist yet.") var file: String
        @OptionGroup var location: LocationOptions

        func run() async throws {
            var part = try await location.perform(ExportAudit(after: 0, through: nil))
            let (through, digest) = (part.through, SHA256.hash(data: part.key).map { $0 }.hex)
            try PrivateFile.create(file, AuditFile.head(chain: part.chain, key: part.key))
            guard let handle = FileHandle(forWritingAtPath: file) else { throw CommandFailure("\(file) cannot be written") }
            try handle.seekToEnd()
            try handle.write(contentsOf: Data(part.text.utf8))
            while part.last < through {
                part = try await location.perform(ExportAudit(after: part.last, through: through))
                try handle.write(contentsOf: Data(part.text.utf8))
            }
            try handle.close()
            print("\(file) holds the audit log up to entry \(through); the SHA-256 fingerprint of its key is \(digest)")
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check an exported audit log, without the CA: what was removed, changed or moved is named by its line.",
            discussion: """
                Give the CA's audit-key.pem, as you got it from a hand you trust: without it the key inside the file is used, which proves
                only that the file agrees with itself. --at-least is a number you know from an earlier export or from the server's log: a
                log that ends before it was cut. The exit status is 1 when anything is wrong.
                """)

        struct Result: Encodable {
            struct Finding: Encodable {
                let line: Int
                let text: String
            }

            let intact: Bool
            let entries: Int
            let first: Int64?
            let last: Int64?
            let signedThrough: Int64?
            let checkpoints: Int
            let keyFingerprint: String
            let findings: [Finding]
        }

        @Argument(help: "The file that `muster audit export` made.") var file: String
        @Option(help: ArgumentHelp("The audit key's public half, in PEM.", valueName: "file")) var key: String?
        @Option(help: ArgumentHelp("The log must reach this entry.", valueName: "number")) var atLeast: Int64?
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let log = try AuditFile(file)
            let trusted = try key.map(Self.read) ?? log.key
            let report = AuditVerifier.verify(log.lines, key: trusted, firstLine: 2)
            var findings = report.findings.map { Result.Finding(line: $0.line, text: $0.text) }
            if trusted != log.key { findings.insert(.init(line: 1, text: "the log names another key than the one given"), at: 0) }
            if let atLeast, (report.signedThrough ?? 0) < atLeast {
                findings.append(.init(line: log.lines.count + 1, text: "the log does not reach entry \(atLeast): its end was cut off"))
            }
            let result = Result(
                intact: findings.isEmpty, entries: report.entries, first: report.first, last: report.last,
                signedThrough: report.signedThrough, checkpoints: report.checkpoints,
                keyFingerprint: SHA256.hash(data: Data(trusted.der)).map { $0 }.hex, findings: findings)
            try output.print(result) { Self.text(result, isKeyGiven: key != nil) }
            if !result.intact { throw ExitCode(1) }
        }

        private static func read(_ path: String) throws -> SubjectPublicKeyInfo {
            guard let text = try? String(contentsOfFile: path, encoding: .utf8),
                let key = try? SubjectPublicKeyInfo(der: PEM.decodeOne(text, label: "PUBLIC KEY"))
            else { throw CommandFailure("\(path) holds no public key in PEM") }
            return key
        }

        private static func text(_ result: Result, isKeyGiven: Bool) -> String {
            var lines = result.findings.map { "line \($0.line): \($0.text)" }
            lines.append(
                "\(result.entries) entries, \(result.first.map(String.init) ?? "-") to \(result.last.map(String.init) ?? "-"), signed through "
                    + "\(result.signedThrough.map(String.init) ?? "-") by \(result.checkpoints) checkpoints: "
                    + (result.intact ? "intact" : "NOT INTACT"))
            if !isKeyGiven {
                lines.append(
                    "checked with the key inside the file, SHA-256 \(result.keyFingerprint): compare it with the CA's audit-key.pem")
            }
            return lines.joined(separator: "\n")
        }
    }
}
