import Foundation
import TestSupport
import Testing

/// What must not compile, even for code inside the module: each snippet is given to the compiler, with a control that compiles.
@Suite struct CompileTimeGuaranteesTests {
    @Test func signingOnceWithATicketCompiles() async throws {
        #expect(try await errors("_ = try await authority.sign(ticket)") == [])
    }

    @Test func usingATicketTwiceDoesNotCompile() async throws {
        #expect(
            try await errors("_ = try await authority.sign(ticket)\n_ = try await authority.sign(ticket)") == [
                "'ticket' consumed more than once"
            ])
    }

    @Test func signingWithoutATicketDoesNotCompile() async throws {
        #expect(try await errors("_ = try await authority.sign(checked)") == ["no exact matches in call to instance method 'sign'"])
    }

    @Test func makingATicketOutsideTheLedgerDoesNotCompile() async throws {
        #expect(
            try await errors("_ = SigningTicket(id: id, issuerKey: [], unsigned: checked.unsigned)")
                == ["'SigningTicket' initializer is inaccessible due to 'fileprivate' protection level"])
    }

    @Test func mintingEvidenceOutsideTheDeskDoesNotCompile() async throws {
        #expect(
            try await errors("_ = Evidence(proof, in: context)")
                == ["'Evidence' initializer is inaccessible due to 'fileprivate' protection level"])
    }

    /// The compiler's distinct errors for a function with this body.
    private func errors(_ body: String) async throws -> [String] {
        let source = """
            @testable import EnrollmentCore
            func snippet(
                _ authority: Authority, _ ticket: consuming SigningTicket, _ checked: CheckedPlan, _ id: RequestID, _ proof: Proof,
                _ context: ExaminationContext
            ) async throws {
            \(body)
            }
            """
        let scratch = try TemporaryDirectory()
        let path = try scratch.write("snippet.swift", source)
        let modules = try #require(Self.builtModules)
        let result = try await Command.run(
            "swiftc",
            [
                "-swift-version", "6", "-emit-sil", "-o", "/dev/null", "-parse-as-library", "-I", modules, "-I",
                Repository.file("Sources/CLibs/COpenSSL"), "-I", Repository.file("Sources/CLibs/CCryptoki"), "-I",
                Repository.file("Sources/CLibs/CSQLiteConfig"), "-I",
                Repository.file("Sources/CLibs/CWeakKeys/include"), "-I",
                modules + "/../../../checkouts/GRDB.swift/Sources/GRDBSQLite", path,
            ], timeout: .seconds(120))
        let errors = (result.text + result.errorText).split(separator: "\n").compactMap { line in
            line.hasPrefix(path) ? line.range(of: ": error: ").map { String(line[$0.upperBound...]) } : nil
        }
        if errors.isEmpty, !result.succeeded { Issue.record("the compiler failed otherwise: \(result.errorText)") }
        return Array(Set(errors))
    }

    /// The directory of the modules that this test was built with.
    private static var builtModules: String? {
        var directory = URL(fileURLWithPath: CommandLine.arguments.first ?? "").deletingLastPathComponent()
        for _ in 0..<4 {
            let candidate = directory.appendingPathComponent("Modules").path
            if FileManager.default.fileExists(atPath: candidate + "/EnrollmentCore.swiftmodule") { return candidate }
            directory.deleteLastPathComponent()
        }
        return nil
    }
}
