import ArgumentParser
import Foundation
import PKIFormats

/// Status of certificates, with a nonce (each reply signed) or without.
struct OCSPLoad: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "ocsp", abstract: "Ask for the status of certificates by OCSP.")

    @OptionGroup var options: LoadOptions
    @Option(help: "URL of the responder.") var url: String
    @Option(help: "PEM file whose first certificate is the issuer.") var issuer: String
    @Option(help: "File of serial numbers in hexadecimal, one a line.") var serials: String
    @Flag(help: "Without a nonce, so that the responder may answer from a cache.") var noNonce = false

    func run() async throws {
        let destination = try Destination(url)
        guard let issuer = try Certificate.decodePEMBundle(String(contentsOfFile: issuer, encoding: .utf8)).first else {
            throw LoadFailure("no certificate in the file")
        }
        let serials = try String(contentsOfFile: serials, encoding: .utf8).split(whereSeparator: \.isNewline).compactMap { Self.bytes($0) }
        guard !serials.isEmpty else { throw LoadFailure("no serial numbers in the file") }
        let hasNonce = !noNonce
        let requests = try await Device.prepare(options.requests + options.connections) { index in
            let serial = serials[index % serials.count]
            let id = OCSPCertID(hash: .sha1, issuerName: issuer.subject, issuerKey: issuer.publicKey, serialNumber: serial)
            let nonce = hasNonce ? (0..<16).map { _ in UInt8.random(in: 0...255) } : nil
            return destination.request(
                "POST", headers: [("Content-Type", "application/ocsp-request")], body: OCSPRequest.encode([id], nonce: nonce))
        }
        let workload = PreparedWorkload(requests: requests) { reply in
            guard reply.status == 200 else { return "HTTP \(reply.status)" }
            return reply.body.prefix(16).firstRange(of: [0x0A, 0x01, 0x00] as [UInt8]) == nil ? "OCSP error" : nil
        }
        try await Driver.run(workload, at: destination, options: options).print()
    }

    /// DER INTEGER contents of a serial number in hexadecimal.
    private static func bytes(_ hex: Substring) -> [UInt8]? {
        let digits = Array(hex.utf8).compactMap { Character(UnicodeScalar($0)).hexDigitValue }
        guard digits.count == hex.utf8.count, digits.count.isMultiple(of: 2), !digits.isEmpty else { return nil }
        let bytes = stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
        return bytes[0] < 0x80 ? bytes : [0] + bytes
    }
}
