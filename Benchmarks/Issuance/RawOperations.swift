import BenchmarkClocks
import Crypto
import PKIFormats

/// The physical limit of an issuance: the request's signature verified and a certificate signed.
struct RawOperations {
    private static let repetitions = 200

    private let key = P256.Signing.PrivateKey()
    private let message: [UInt8]
    private var series = 0
    /// Microseconds of processor time that all series took.
    private(set) var time = 0.0

    init(of request: CertificationRequest) { message = request.info }

    /// Microseconds of processor time for both operations.
    var cost: Double { time / Double(series * Self.repetitions) }

    /// One series more, on this thread.
    mutating func measure() throws {
        let signature = try key.signature(for: SHA256.hash(data: message))
        let began = Clock.thread()
        for _ in 0..<Self.repetitions {
            guard key.publicKey.isValidSignature(signature, for: SHA256.hash(data: message)) else { throw UnexpectedResult() }
            _ = try key.signature(for: SHA256.hash(data: message))
        }
        time += Clock.thread() - began
        series += 1
    }
}

/// A result that makes the measurement worthless.
struct UnexpectedResult: Error {}
