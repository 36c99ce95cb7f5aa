import Foundation
import TestSupport
import Testing

@Suite("A server's process", .timeLimit(.minutes(5)))
struct ServerProcessTests {
    @Test("Once it listens, a server keeps few pages of its executable's code")
    func executablePages() async throws {
        let server = try await MusterServer.started()
        let process = try process(of: server)
        let lines = try String(contentsOfFile: "/proc/\(process)/smaps", encoding: .utf8).split(separator: "\n")
        let code = lines.drop { !$0.contains(" r-xp ") || !$0.hasSuffix("/muster") }
        func kilobytes(_ name: String) -> Int? {
            code.first { $0.hasPrefix(name) }.flatMap { $0.split(separator: " ").dropFirst().first }.flatMap { Int($0) }
        }
        let (kept, whole) = (try #require(kilobytes("Rss:")), try #require(kilobytes("Size:")))
        #expect(kept * 2 < whole, "\(kept) of \(whole) kB")
        #expect(try await server.stop() == 0)
    }

    @Test("Its threads interrupt nobody when they wake")
    func scheduling() async throws {
        let server = try await MusterServer.started()
        let process = try process(of: server)
        let threads = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")
        // Its policy is the 41st field of a thread's `stat`; the name before it, in parentheses, is the second.
        let policies = threads.compactMap { try? String(contentsOfFile: "/proc/\(process)/task/\($0)/stat", encoding: .utf8) }
            .compactMap { $0.split(separator: ")").last?.split(separator: " ").dropFirst(38).first }
        #expect(policies.count > 4 && policies.allSatisfy { $0 == "3" }, "\(policies)")
        #expect(try await server.stop() == 0)
    }

    private func process(of server: MusterServer) throws -> String {
        try #require(
            try FileManager.default.contentsOfDirectory(atPath: "/proc").first { entry in
                let words = (try? String(contentsOfFile: "/proc/\(entry)/cmdline", encoding: .utf8))?.split(separator: "\0") ?? []
                return words.prefix(2).elementsEqual([MusterServer.binary[...], "serve"]) && words.contains(server.data[...])
            })
    }
}
