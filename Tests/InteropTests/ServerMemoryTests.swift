import Foundation
import TestSupport
import Testing

@Suite("A server's memory", .timeLimit(.minutes(5)))
struct ServerMemoryTests {
    @Test("Once it listens, a server keeps few pages of its executable's code")
    func executablePages() async throws {
        let server = try await MusterServer.started()
        let process = try #require(
            try FileManager.default.contentsOfDirectory(atPath: "/proc").first { entry in
                let words = (try? String(contentsOfFile: "/proc/\(entry)/cmdline", encoding: .utf8))?.split(separator: "\0") ?? []
                return words.prefix(2).elementsEqual([MusterServer.binary[...], "serve"]) && words.contains(server.data[...])
            })
        let lines = try String(contentsOfFile: "/proc/\(process)/smaps", encoding: .utf8).split(separator: "\n")
        let code = lines.drop { !$0.contains(" r-xp ") || !$0.hasSuffix("/muster") }
        func kilobytes(_ name: String) -> Int? {
            code.first { $0.hasPrefix(name) }.flatMap { $0.split(separator: " ").dropFirst().first }.flatMap { Int($0) }
        }
        let (kept, whole) = (try #require(kilobytes("Rss:")), try #require(kilobytes("Size:")))
        #expect(kept * 2 < whole, "\(kept) of \(whole) kB")
        #expect(try await server.stop() == 0)
    }
}
