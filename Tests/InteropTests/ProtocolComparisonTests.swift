import Foundation
import TestSupport
import Testing

@Suite("One CA behind four doors", .timeLimit(.minutes(5)))
struct ProtocolComparisonTests {
    @Test("The same key and names through all four doors give the same certificate but for serial number and instants")
    func sameCertificate() async throws {
        let inner = try await MusterServer.initialised()
        let server = try inner.behindProxy()
        try await inner.start()
        let folder = try TemporaryDirectory()
        let key = try await OpenSSL.key(.rsa2048, folder.path("key.pem"))

        var texts: [String] = []
        var lifetimes: [TimeInterval] = []
        var serials: Set<String> = []
        var table = ["protocol  client            connections  round trips  bytes sent  bytes received"]
        for door in Door.allCases {
            let proxy = try await CountingProxy.started(server.ports, before: inner, log: folder.path("\(door.rawValue).log"))
            let certificate = try await door.enroll(server, key: key, name: "same.device.test", in: folder)
            let counts = try await proxy.stop()
            table.append(
                [
                    (door.rawValue, 10), (door.client, 18), ("\(counts.connections)", 13), ("\(counts.turns)", 13), ("\(counts.sent)", 12),
                    ("\(counts.received)", 0),
                ]
                .map { $0.padding(toLength: max($1, $0.count), withPad: " ", startingAt: 0) }.joined())
            texts.append(try await OpenSSL.comparableText(certificate))
            lifetimes.append(try await OpenSSL.lifetime(certificate))
            serials.insert(try await OpenSSL.serial(certificate))
        }
        for (door, text) in zip(Door.allCases, texts) { #expect(text == texts.first, "\(door)") }
        #expect(Set(lifetimes).count == 1)
        #expect(serials.count == Door.allCases.count)
        print(table.joined(separator: "\n"))
        #expect(try await inner.stop() == 0)
    }
}
