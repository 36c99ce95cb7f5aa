import Foundation

/// Measures the raw operations that enrollments are made of, on one thread, and prints them as one JSON object:
/// microseconds of processor time each, and for the durable write also of the clock.
@main
enum FloorProgram {
    static func main() throws {
        let seconds = CommandLine.arguments.dropFirst().first.flatMap(Double.init) ?? 0.4
        var operations: [String: Cost] = [:]
        func measure(_ name: String, _ work: () throws -> Void) throws {
            operations[name] = try Cost.of(work, seconds: min(max(seconds, 0.05), 10))
        }
        for (name, bits) in [("rsa2048", Int32(2048)), ("rsa3072", Int32(3072))] {
            let key = try RSAKey(bits: bits)
            let signature = try key.sign(Sample.message)
            let ciphertext = try key.encrypt(Array(Sample.message.prefix(16)))
            try measure("\(name).sign") { _ = try key.sign(Sample.message) }
            try measure("\(name).verify") { try key.verify(signature, Sample.message) }
            try measure("\(name).encrypt") { _ = try key.encrypt(Array(Sample.message.prefix(16))) }
            try measure("\(name).decrypt") { _ = try key.decrypt(ciphertext) }
        }
        try CurveOperations.measureAll(measure)
        operations["tls.handshake"] = try TLSHandshake(isMutual: false).serverCost(seconds: seconds)
        operations["tls.mutualHandshake"] = try TLSHandshake(isMutual: true).serverCost(seconds: seconds)
        operations["write4k.durable"] = try DurableWrite.cost(seconds: seconds)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        print(String(decoding: try encoder.encode(operations), as: UTF8.self))
    }
}
